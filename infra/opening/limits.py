"""The published limits that the model obeys, each with its unit and its source.

None was tested here. Those of an account may differ: check them under "Service Quotas", and WeChat's in its platforms.
"""

API_GATEWAY_RATE, API_GATEWAY_BURST = 10_000, 5_000
"""Requests a second, and the bucket's size, for an account and region. A raised rate brings half of it as burst.

Source: Amazon API Gateway developer guide, "Amazon API Gateway quotas", Throttle quota per account, per Region.
"""
LAMBDA_CONCURRENCY = 1_000
"""Environments at once, all functions of an account and region. New accounts may have 10, until AWS raises it.

Source: AWS Lambda developer guide, "Lambda quotas", Concurrent executions.
"""
LAMBDA_GROWTH, LAMBDA_GROWTH_SECONDS = 1_000, 10
"""New environments in so many seconds, for each function.

Source: AWS Lambda developer guide, "Lambda scaling behavior", Concurrency scaling rate.
"""
LAMBDA_REQUESTS_PER_ENVIRONMENT = 10
"""Requests a second for each unit of concurrency, however short they are.

Source: AWS Lambda developer guide, "Understanding Lambda function scaling", Requests per second quota.
"""
PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
"""Units a second of one DynamoDB partition, and so of one item.

Source: Amazon DynamoDB developer guide, "Best practices for designing and using partition keys effectively".
"""
NEW_TABLE_WRITES, NEW_TABLE_READS = 4_000, 12_000
"""Units a second of an on-demand table or index as created; warm throughput raises them.

Source: Amazon DynamoDB developer guide, "Understanding DynamoDB warm throughput".
"""
TABLE_WRITES, TABLE_READS = 40_000, 40_000
"""Units a second of an on-demand table or index, unless the account's quotas were raised.

Source: Amazon DynamoDB developer guide, "Quotas in Amazon DynamoDB", Table-level write and read throughput.
"""
PEAK_FACTOR, PEAK_SECONDS = 2, 1_800
"""An on-demand table takes twice its previous peak; growing beyond that within 30 minutes may be throttled.

Source: Amazon DynamoDB developer guide, "DynamoDB on-demand capacity mode", Initial throughput and scaling.
"""
SPLIT_SECONDS = 300
"""How long a hot partition is throttled until it is split. AWS publishes no time ("minutes"): an assumption.

Source of the splitting: AWS Database Blog, "Scaling DynamoDB: How partitions, hot keys, and split for heat impact
performance", part 3.
"""
SQS_FIRST_READERS, SQS_MORE_READERS = 5, 5
"""Batches that Lambda reads from a queue at once at first, and how many more each second; the function's maximum
concurrency ends the growth. The number of messages and of calls of a standard queue is not limited.

Source: AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings" (300 more a minute).
"""
RED_PACKETS_A_SECOND, TRANSFERS_A_SECOND = 30, 100
"""WeChat Pay's limit for a merchant.

Source: pay.weixin.qq.com, 现金红包 "发放规则" (1800 a minute), and 商家转账 "频率限制" for one merchant.
"""
USER_INFO_A_DAY = 5_000_000
"""Calls of `user/info`, one for each sign-in of a person who is not known to follow.

Source: developers.weixin.qq.com, 接口调用频次限制, 获取用户基本信息.
"""
CALLBACK_SECONDS, CALLBACK_REPEATS = 5, 3
"""WeChat repeats a message that was not answered within so many seconds, so many times.

Source: developers.weixin.qq.com, 接收普通消息.
"""
