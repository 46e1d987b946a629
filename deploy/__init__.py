"""Entry points for machines of others: each starts what is there already. Nothing imports them.

`background` is what Procfile starts; `lambda_api.handler` and `lambda_ingest.handler` are AWS Lambda's;
`entrypoint.sh` starts what a container is asked for; `glue/load.py` is a job of AWS Glue; `bundle` makes the
zip for Elastic Beanstalk.
"""
