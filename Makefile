# Each target is one command; `make` alone lists them. Everything that they install or write is in .venv/ and .local/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Bytecode is kept outside the tree, which Chalice packages whole, so that the tests' many processes need not compile again.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.local/pycache
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run walk screens manual test tests check static soak build deploy lock bench-claims bench-units bench-cold bench-cpu bench-page simulate-opening cost load deploy-test format clean

help: ## 列出这些命令 · this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

setup: ## 安装全部依赖，可重复执行 · install all dependencies; quick when they are installed
	@infra/local/setup.sh

run: setup ## 在本机开一场正在进行的活动 · run the contest locally, open now: make run [PRODUCT=transfer]
	@exec python -m infra.local

walk: setup ## 走一遍：关注、答题、领红包、到账 · citizens, from following to the money: make walk [PRODUCT=transfer]
	@python -m tests.walk

screens: setup ## 画出页面的每个状态，写入 docs/screens · draw every state of the page, a sheet for each theme
	@python -m tests.browser.sheets docs/screens
	@python -m tests.desk.desk_sheets docs/screens
	@python -m tests.desk.manual_pictures

manual: setup ## 组织方手册的 PDF，写入 build · the organiser's manual as a PDF, into build
	@mkdir -p build
	@python -m tests.desk.manual_print build/组织方手册.pdf

test: ## 全部检查与测试（约十分钟） · all checks and all tests
	@$(MAKE) --no-print-directory -j 2 static tests

# Four workers on two cores: many tests wait for a browser, an engine or a clock (tests/support/distribution.py).
# In a new checkout the tests are compiled first: each worker would compile all of them.
tests: setup
	@[ -d ".local/pycache$(CURDIR)/tests" ] || pytest -q --collect-only > .local/collected
	@pytest -q -n 4

check: static ## 静态检查 · lint, format, types, templates, scripts, the functions' rights
	@pytest -q tests/infra/test_policies.py

static: setup
	@ruff check .
	@ruff format --check .
	@mypy
	@./contest check
	@./contest bank check
	@cfn-lint infra/cloudformation/resources.yaml infra/cloudformation/alarms.yaml infra/cloudformation/egress.yaml infra/cloudformation/cdn.yaml
	@find infra/simulator/static -name '*.js' -print0 | xargs -0 -n 1 node --check

soak: setup ## 长时间验证（约一刻钟） · the long proofs: a million steps in memory, 20,000 on DynamoDB Local, 100,000 bodies, every short schedule, every earlier format
	@python -m tests.proof.fault_matrix
	@python -m tests.proof.soak --engine memory
	@python -m tests.proof.soak --engine dynamodb
	@python -m tests.fuzz.callback --bodies 100000
	@python -m tests.explore --full
	@EVERY_VERSION=1 pytest -q tests/upgrade

bench-claims: setup ## 每次领取的数据库调用 · DynamoDB calls per claim while 32 instances empty a plan; AGAINST=counter: beside a counter row
	@python -m tests.bench.$(or $(AGAINST),claims)

bench-units: setup ## 每个请求的读写单位 · read and write units per request, one participant's whole way
	@python -m tests.bench.units

bench-cpu: setup ## 热请求的处理器用量，对照裸路由 · CPU of a warm handler against a bare route
	@python -m tests.bench.cpu

# All crowds and accounts take some minutes; WRITE=1 also writes infra/opening/derived.toml. PEOPLE=N is one night, minute by minute.
simulate-opening: setup ## 推演开幕：逐分钟，或各种人数与账号 · the opening, modelled: make simulate-opening [WRITE=1 | PEOPLE=N CURVE=midnight|news|link|gate ACCOUNT=new|raised WARM=1 PRODUCT=transfer PER_SECOND=100]
	@python -m infra.opening $(if $(WRITE),--write) $(if $(PEOPLE),--people $(PEOPLE)) $(if $(CURVE),--curve $(CURVE)) $(if $(ACCOUNT),--account $(ACCOUNT)) $(if $(PRODUCT),--product $(PRODUCT)) $(if $(PER_SECOND),--per-second $(PER_SECOND)) $(if $(WARM),--warm)

cost: setup ## 一周的费用，按人数和服务 · what a week costs, by participants and service: make cost [PEOPLE="100000 1000000"]
	@python -m infra.opening.cost $(PEOPLE)

load: setup ## 负载并逐个杀死各部分，最后核对账目 · citizens on real processes, too many at once, and killed in turn: make load [PEOPLE=600] [RATE=8]
	@python -m tests.load $(if $(PEOPLE),--people "$(PEOPLE)") $(if $(RATE),--rate "$(RATE)")

bench-page: setup ## 首屏：请求、字节、可用时间，慢网慢机 · the first view on a slow phone: requests, bytes, time; fails over the bounds
	@python -m tests.bench.page

build: setup ## 打出精简的部署目录 build/STAGE · make the lean deployment: make build STAGE=prod
	@python -m infra.build --stage "$(or $(STAGE),$(error 请写明环境，如 make build STAGE=prod · say which STAGE))"

deploy: setup ## 部署到云（先 ./contest up） · build, chalice deploy, the gateway's own answers: make deploy STAGE=prod [YES=1 REALLY=contest-prod]
	@$(if $(filter local,$(STAGE)),$(error local 不在云上 · local is not in the cloud)):
	@./contest check --stage "$(STAGE)"
	@python -m infra.build.deploy --stage "$(or $(STAGE),$(error 请写明环境，如 make deploy STAGE=prod · say which STAGE))" $(if $(YES),--yes) $(if $(REALLY),--really "$(REALLY)")

bench-cold: setup ## 冷启动与包的大小，对照普通打包 · cold start and zip against plain `chalice package`
	@python -m tests.bench.cold

deploy-test: setup ## 在本机演练部署（约四分钟） · all of docs/deploy.md against an emulated cloud
	@python -m tests.rehearsal

# One version per package for every Python and platform; a locked version is kept unless UPGRADE=1 or an .in file requires another.
lock: setup ## 重新锁定依赖 · resolve requirements*.in into requirements*.txt, with hashes: make lock [UPGRADE=1]
	@for name in requirements requirements-dev tests/rehearsal/emulator; do \
	  uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	    --no-header $(if $(UPGRADE),--upgrade) "$$name.in" --output-file "$$name.txt"; \
	done

format: setup ## 整理格式 · let the formatter decide
	@ruff check --fix .
	@ruff format .

clean: ## 删除一切生成物 · remove everything generated
	@rm -rf .venv .local build node_modules chalicelib/web/dist chalicelib/web/poster .mypy_cache .ruff_cache .pytest_cache .hypothesis .chalice/deployments
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
