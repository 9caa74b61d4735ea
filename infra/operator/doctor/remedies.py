"""What to do, where several checks say the same. How each is done stands in docs/deploy.md."""

DATA_STACK = "部署 infra/resources.yaml"
ALARM_STACK = "部署 infra/alarms.yaml"
DEPLOY = "重新部署（见 docs/deploy.md）"
SECRETS = "重新存入 SSM（见 docs/deploy.md）"
GATEWAY = "设置网关自身的回答：infra.gateway_responses（见 docs/deploy.md），每次部署后都要做"
OLD_SECRETS = "运行中的函数用着旧的密钥：改一个环境变量再部署"
