#!/usr/bin/env bash
# Release a version: deploy/release.sh beanstalk bundles/NAME.zip, deploy/release.sh ecs IMAGE, deploy/release.sh lambda IMAGE.
# Only the version changes in the stacks, nothing else of them. The database is migrated before; where that fails, or
# CloudFormation takes the new version back, the old one goes on serving and this ends with 1. To roll back, name the older one.
set -euo pipefail

usage() { sed -n '2s/^# //p' "$0" >&2 && exit 2; }
[ $# = 2 ] || usage
target=$1 version=$2 archive=${ARCHIVE:-weather}
export AWS_DEFAULT_REGION=${AWS_REGION:-${AWS_DEFAULT_REGION:?is not set: the region, such as us-east-1}}
account=$(aws sts get-caller-identity --query Account --output text)

exists() { aws cloudformation describe-stacks --stack-name "$archive-$1" >/dev/null 2>&1; }

output() {
    aws cloudformation describe-stacks --stack-name "$archive-$1" --output text \
        --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue"
}

# update STACK PARAMETER: give a parameter of a stack the version, and leave the others and the template as they are.
update() {
    local stack=$archive-$1 parameters said status
    parameters=$(aws cloudformation describe-stacks --stack-name "$stack" --output text \
        --query "Stacks[0].Parameters[?ParameterKey!='$2'].[ParameterKey]" | sed 's/.*/ParameterKey=&,UsePreviousValue=true/')
    echo "$stack: $2=$version"
    # shellcheck disable=SC2086 # several words
    if ! said=$(aws cloudformation update-stack --stack-name "$stack" --use-previous-template \
        --role-arn "arn:aws:iam::$account:role/$archive-stacks" --capabilities CAPABILITY_IAM \
        --parameters ParameterKey="$2",ParameterValue="$version" $parameters 2>&1); then
        case $said in *"No updates are to be performed"*) return ;; esac
        echo "$said" >&2 && exit 1
    fi
    aws cloudformation wait stack-update-complete --stack-name "$stack" && return
    status=$(aws cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].StackStatus' --output text)
    echo "$stack: $status; the old version goes on. See: aws cloudformation describe-stack-events --stack-name $stack" >&2
    exit 1
}

migrate_by_task() {
    local network task code
    network="subnets=[$(output network PrivateSubnets)],securityGroups=[$(output network JobGroup)],assignPublicIp=DISABLED"
    task=$(aws ecs run-task --cluster "$archive" --task-definition "$archive-migrate" --launch-type FARGATE \
        --network-configuration "awsvpcConfiguration={$network}" --query 'tasks[0].taskArn' --output text)
    aws ecs wait tasks-stopped --cluster "$archive" --tasks "$task"
    code=$(aws ecs describe-tasks --cluster "$archive" --tasks "$task" --query 'tasks[0].containers[0].exitCode' --output text)
    [ "$code" = 0 ] && return
    echo "The migration ended with $code; the old version goes on. See the log group /$archive/ecs, streams migrate/" >&2
    exit 1
}

migrate_by_function() {
    local answer error
    answer=$(mktemp)
    error=$(aws lambda invoke --function-name "$archive-migrate" --cli-read-timeout 900 --query FunctionError \
        --output text "$answer")
    [ "$error" = None ] && rm "$answer" && return
    echo "The migration failed; the old version goes on. It says: $(cat "$answer"). See the log group /$archive/migrate" >&2
    exit 1
}

case $target in
beanstalk) update beanstalk Bundle ;; # one of its instances migrates, see .ebextensions
ecs)
    update ecs-cluster Image
    migrate_by_task
    for stack in ecs-web ecs-workers ecs-ingest; do
        ! exists $stack || update $stack Image
    done
    ;;
lambda)
    update lambda-migrate Image
    migrate_by_function
    update lambda Image
    ;;
*) usage ;;
esac
echo "$archive: $version is out"
