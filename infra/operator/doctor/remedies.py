"""What to do, where several checks say the same. How each is done stands in docs/deploy.md."""

DATA_STACK = "执行 ./contest --stage 环境名 up"
ALARM_STACK = "执行 ./contest --stage 环境名 up --alarms 主题ARN"
DEPLOY = "执行 make deploy STAGE=环境名"
SECRETS = "重新存入 SSM（见 docs/deploy.md）"
GATEWAY = "执行 make deploy STAGE=环境名，它也设置网关自身的回答"
OLD_SECRETS = "运行中的函数用着旧的密钥：改一个环境变量（如 SECRETS_REVISION），再执行 make deploy STAGE=环境名"
