"""The types that run something: Beanstalk, ECS with scaling and schedules, Lambda with its gateway, Glue."""

import io
import zipfile

from tests.deploy.cloud import check, client, lower, teach, without


def schedule(properties):
    """Return a schedule; where a task runs is written as ECS does."""
    target = properties["Target"]
    if task := target.get("EcsParameters"):
        network = {"awsvpcConfiguration": task["NetworkConfiguration"]["AwsvpcConfiguration"]}
        written = {"CapacityProviderStrategy": lower(task["CapacityProviderStrategy"])}
        target = target | {"EcsParameters": task | written | {"NetworkConfiguration": network}}
    return properties | {"Target": target}


def function(properties):
    """Return a function whose code moto need not fetch."""
    made = without("ReservedConcurrentExecutions")(properties)
    code = made["Code"].get("ZipFile")
    return made | ({"Code": {"ZipFile": zipped(code)}} if code else {})


def zipped(code):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("index.py", code)
    return data.getvalue()


def reserve(properties, name):
    if most := properties.get("ReservedConcurrentExecutions"):
        client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(most))


teach(
    "AWS::ElasticBeanstalk::Application",
    "elasticbeanstalk.create_application",
    dict,
    lambda given, _: given["ApplicationName"],
)
check(
    "AWS::ElasticBeanstalk::ApplicationVersion",
    "elasticbeanstalk.create_application_version",
    lambda properties: properties | {"VersionLabel": properties["SourceBundle"]["S3Key"]},
    lambda given, _: given["VersionLabel"],
)
check(
    "AWS::ElasticBeanstalk::Environment",
    "elasticbeanstalk.create_environment",
    dict,
    lambda given, _: given["EnvironmentName"],
)
teach(
    "AWS::ECS::TaskDefinition",
    "ecs.register_task_definition",
    lower,
    lambda _, answer: answer["taskDefinition"]["taskDefinitionArn"],
)
teach(
    "AWS::ECS::Service",
    "ecs.create_service",
    lower,
    lambda _, answer: answer["service"]["serviceArn"],
    lambda given, _, name: {"Name": given["serviceName"]}[name],
)
teach(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "application-autoscaling.register_scalable_target",
    without("ScheduledActions"),
    lambda given, _: "|".join([given["ResourceId"], given["ScalableDimension"], given["ServiceNamespace"]]),
)
teach(
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "application-autoscaling.put_scaling_policy",
    lambda properties: (
        without("ScalingTargetId")(properties)
        | dict(
            zip(
                ("ResourceId", "ScalableDimension", "ServiceNamespace"),
                properties["ScalingTargetId"].split("|"),
                strict=True,
            )
        )
    ),
)
teach("AWS::Scheduler::Schedule", "scheduler.create_schedule", schedule)
teach(
    "AWS::Lambda::Function",
    "lambda.create_function",
    function,
    lambda given, _: given["FunctionName"],
    lambda _, answer, name: {"Arn": answer["FunctionArn"]}[name],
    then=reserve,
)
teach("AWS::Lambda::EventInvokeConfig", "lambda.put_function_event_invoke_config")
teach(
    "AWS::ApiGatewayV2::Api",
    "apigatewayv2.create_api",
    dict,
    lambda _, answer: answer["ApiId"],
    lambda _, answer, name: {"ApiEndpoint": answer["ApiEndpoint"]}[name],
)
teach(
    "AWS::ApiGatewayV2::Integration",
    "apigatewayv2.create_integration",
    dict,
    lambda _, answer: answer["IntegrationId"],
)
teach("AWS::ApiGatewayV2::Route", "apigatewayv2.create_route")
teach("AWS::ApiGatewayV2::Stage", "apigatewayv2.create_stage", dict, lambda given, _: given["StageName"])
teach(
    "AWS::ApiGatewayV2::DomainName",
    "apigatewayv2.create_domain_name",
    dict,
    lambda given, _: given["DomainName"],
)
teach("AWS::ApiGatewayV2::ApiMapping", "apigatewayv2.create_api_mapping")
teach(
    "AWS::Glue::Connection", "glue.create_connection", dict, lambda given, _: given["ConnectionInput"]["Name"]
)
teach("AWS::Glue::Job", "glue.create_job", dict, lambda given, _: given["Name"])
teach("AWS::Glue::Trigger", "glue.create_trigger", dict, lambda given, _: given["Name"])
