"""The network's types: routes, security groups; before it load balancer, firewall, CDN."""

from tests.deploy.cloud import client, keep, teach, without


def egress(properties):
    group = properties.get("DestinationSecurityGroupId")
    permission = {
        "IpProtocol": properties["IpProtocol"],
        "FromPort": properties["FromPort"],
        "ToPort": properties["ToPort"],
        "UserIdGroupPairs": [{"GroupId": group}],
    }
    return {"GroupId": properties["GroupId"], "IpPermissions": [permission]}


def open_ports(properties, id):
    """Add a group's rules, in place of the way to everywhere that each group begins with."""
    ec2 = client("ec2")
    everywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=id, IpPermissions=everywhere)
    for name, add in (
        ("Ingress", ec2.authorize_security_group_ingress),
        ("Egress", ec2.authorize_security_group_egress),
    ):
        if rules := properties.get(f"SecurityGroup{name}"):
            add(GroupId=id, IpPermissions=[permission(rule) for rule in rules])


def permission(rule):
    made = {
        "IpProtocol": rule["IpProtocol"],
        "FromPort": int(rule["FromPort"]),
        "ToPort": int(rule["ToPort"]),
    }
    if "CidrIp" in rule:
        return made | {"IpRanges": [{"CidrIp": rule["CidrIp"]}]}
    if "SourcePrefixListId" in rule:
        return made | {"PrefixListIds": [{"PrefixListId": rule["SourcePrefixListId"]}]}
    return made | {"UserIdGroupPairs": [{"GroupId": rule["SourceSecurityGroupId"]}]}


def of_balancer(given, answer, name):
    (balancer,) = answer["LoadBalancers"]
    full_name = balancer["LoadBalancerArn"].partition("loadbalancer/")[2]
    own = {"LoadBalancerFullName": full_name, "CanonicalHostedZoneID": balancer["CanonicalHostedZoneId"]}
    return (balancer | own)[name]


def balancer_attributes(properties, arn):
    client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=properties["LoadBalancerAttributes"]
    )


teach(
    "AWS::EC2::SecurityGroup",
    "ec2.create_security_group",
    lambda properties: {
        "GroupName": properties["GroupDescription"],
        "Description": properties["GroupDescription"],
        "VpcId": properties["VpcId"],
    },
    lambda _, answer: answer["GroupId"],
    then=open_ports,
)
teach("AWS::EC2::Route", "ec2.create_route")
teach("AWS::EC2::SubnetRouteTableAssociation", "ec2.associate_route_table")
teach("AWS::EC2::SecurityGroupEgress", "ec2.authorize_security_group_egress", egress)
teach(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elbv2.create_load_balancer",
    without("LoadBalancerAttributes"),
    lambda _, answer: answer["LoadBalancers"][0]["LoadBalancerArn"],
    of_balancer,
    then=balancer_attributes,
)
teach(
    "AWS::WAFv2::WebACL",
    "wafv2.create_web_acl",
    dict,
    lambda given, _: given["Name"],
    lambda _, answer, name: {"Arn": answer["Summary"]["ARN"]}[name],
)
teach("AWS::WAFv2::WebACLAssociation", "wafv2.associate_web_acl")
keep("AWS::CloudFront::CachePolicy")
keep("AWS::CloudFront::Distribution")
keep("AWS::Shield::Protection")
