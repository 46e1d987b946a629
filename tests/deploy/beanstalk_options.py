"""The options of Elastic Beanstalk that we may use, and their values, as AWS's guide lists them ("General
options for all environments"; ProxyServer: "Reverse proxy configuration")."""

import re

WHOLE = r"\d+"
BOOLEAN = "true|false"
ANY = ".+"
DAYS = "1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1827|3653"
DURATION = r"PT(\d+H)?(\d+M)?(\d+S)?"

OPTIONS = {
    "aws:autoscaling:asg": {
        "Availability Zones": "Any( [123])?",
        "Cooldown": WHOLE,
        "Custom Availability Zones": ANY,
        "EnableCapacityRebalancing": BOOLEAN,
        "MinSize": WHOLE,
        "MaxSize": WHOLE,
    },
    "aws:autoscaling:launchconfiguration": {
        "BlockDeviceMappings": ANY,
        "DisableDefaultEC2SecurityGroup": BOOLEAN,
        "DisableIMDSv1": BOOLEAN,
        "EC2KeyName": ANY,
        "IamInstanceProfile": ANY,
        "ImageId": ANY,
        "InstanceType": ANY,
        "MonitoringInterval": "1 minute|5 minute",
        "RootVolumeIOPS": WHOLE,
        "RootVolumeSize": WHOLE,
        "RootVolumeThroughput": WHOLE,
        "RootVolumeType": "standard|gp2|gp3|io1",
        "SSHSourceRestriction": ANY,
        "SecurityGroups": ANY,
    },
    "aws:autoscaling:trigger": {
        "BreachDuration": WHOLE,
        "EvaluationPeriods": WHOLE,
        "LowerBreachScaleIncrement": r"-\d+",
        "LowerThreshold": WHOLE,
        "MeasureName": "CPUUtilization|NetworkIn|NetworkOut|DiskWriteOps|DiskReadBytes|DiskReadOps"
        "|DiskWriteBytes|Latency|RequestCount|HealthyHostCount|UnhealthyHostCount|TargetResponseTime",
        "Period": WHOLE,
        "Statistic": "Minimum|Maximum|Sum|Average",
        "Unit": "Seconds|Percent|Bytes|Bits|Count|Bytes/Second|Bits/Second|Count/Second|None",
        "UpperBreachScaleIncrement": WHOLE,
        "UpperThreshold": WHOLE,
    },
    "aws:autoscaling:updatepolicy:rollingupdate": {
        "MaxBatchSize": WHOLE,
        "MinInstancesInService": WHOLE,
        "PauseTime": DURATION,
        "RollingUpdateEnabled": BOOLEAN,
        "RollingUpdateType": "Time|Health|Immutable",
        "Timeout": DURATION,
    },
    "aws:ec2:instances": {
        "EnableSpot": BOOLEAN,
        "InstanceTypes": ANY,
        "SpotFleetOnDemandAboveBasePercentage": WHOLE,
        "SpotFleetOnDemandBase": WHOLE,
        "SpotMaxPrice": ANY,
        "SupportedArchitectures": "x86_64|arm64",
    },
    "aws:ec2:vpc": {
        "AssociatePublicIpAddress": BOOLEAN,
        "DBSubnets": ANY,
        "ELBScheme": "public|internal",
        "ELBSubnets": ANY,
        "Subnets": ANY,
        "VPCId": ANY,
    },
    "aws:elasticbeanstalk:application:environment": {r"[A-Z][A-Z0-9_]*": ".*"},
    "aws:elasticbeanstalk:cloudwatch:logs": {
        "DeleteOnTerminate": BOOLEAN,
        "RetentionInDays": DAYS,
        "StreamLogs": BOOLEAN,
    },
    "aws:elasticbeanstalk:cloudwatch:logs:health": {
        "DeleteOnTerminate": BOOLEAN,
        "HealthStreamingEnabled": BOOLEAN,
        "RetentionInDays": DAYS,
    },
    "aws:elasticbeanstalk:command": {
        "BatchSize": WHOLE,
        "BatchSizeType": "Percentage|Fixed",
        "DeploymentPolicy": "AllAtOnce|Rolling|RollingWithAdditionalBatch|Immutable|TrafficSplitting",
        "IgnoreHealthCheck": BOOLEAN,
        "Timeout": WHOLE,
    },
    "aws:elasticbeanstalk:environment": {
        "EnvironmentType": "SingleInstance|LoadBalanced",
        "LoadBalancerIsShared": BOOLEAN,
        "LoadBalancerType": "classic|application|network",
        "ServiceRole": ANY,
    },
    "aws:elasticbeanstalk:environment:process:default": {
        "DeregistrationDelay": WHOLE,
        "HealthCheckInterval": WHOLE,
        "HealthCheckPath": "/.*",
        "HealthCheckTimeout": WHOLE,
        "HealthyThresholdCount": WHOLE,
        "MatcherHTTPCode": r"[\d,-]+",
        "Port": WHOLE,
        "Protocol": "TCP|HTTP|HTTPS",
        "StickinessEnabled": BOOLEAN,
        "StickinessLBCookieDuration": WHOLE,
        "StickinessType": "lb_cookie",
        "UnhealthyThresholdCount": WHOLE,
    },
    "aws:elasticbeanstalk:environment:proxy": {"ProxyServer": "nginx|apache|none"},
    "aws:elasticbeanstalk:healthreporting:system": {
        "ConfigDocument": ANY,
        "HealthCheckSuccessThreshold": "Ok|Warning|Degraded|Severe",
        "SystemType": "basic|enhanced",
    },
    "aws:elasticbeanstalk:managedactions": {
        "ManagedActionsEnabled": BOOLEAN,
        "PreferredStartTime": r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun):\d\d:\d\d",
        "ServiceRoleForManagedUpdates": ANY,
    },
    "aws:elasticbeanstalk:managedactions:platformupdate": {
        "InstanceRefreshEnabled": BOOLEAN,
        "UpdateLevel": "patch|minor",
    },
    "aws:elasticbeanstalk:xray": {"XRayEnabled": BOOLEAN},
    "aws:elbv2:listener:443": {
        "DefaultProcess": ANY,
        "ListenerEnabled": BOOLEAN,
        "Protocol": "TCP|HTTP|HTTPS",
        "Rules": ANY,
        "SSLCertificateArns": ANY,
        "SSLPolicy": ANY,
    },
    "aws:elbv2:listenerrule:archive": {
        "HostHeaders": ANY,
        "PathPatterns": "/.*",
        "Priority": WHOLE,
        "Process": ANY,
    },
    "aws:elbv2:loadbalancer": {
        "AccessLogsS3Bucket": ANY,
        "AccessLogsS3Enabled": BOOLEAN,
        "AccessLogsS3Prefix": ANY,
        "IdleTimeout": WHOLE,
        "ManagedSecurityGroup": ANY,
        "SecurityGroups": ANY,
        "SharedLoadBalancer": ANY,
    },
}


def complaint(namespace, option, value):
    """Return what is wrong with an option, or None. What is no text, CloudFormation finds out."""
    names = OPTIONS.get(namespace)
    if names is None:
        return f"{namespace} is no namespace"
    known = [values for name, values in names.items() if re.fullmatch(name, option)]
    if not known:
        return f"{namespace} has no option {option!r}"
    if isinstance(value, str) and not re.fullmatch(known[0], value):
        return f"{namespace} {option}: expected {known[0]}, got {value!r}"
    return None
