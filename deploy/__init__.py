"""Entry points for machines of others: each starts what is there already. Nothing imports them.

`background` is what Procfile starts, `entrypoint.sh` what a container does; `lambda_api`, `lambda_ingest` and
`lambda_migrate` have the handlers for AWS Lambda; `glue/load.py` is a job of AWS Glue; `bundle` makes the zip
for Elastic Beanstalk.
"""
