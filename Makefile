# One command each. Needs Go and make; what needs more says so.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where the functions run: GOARCH=amd64 make build builds for another processor.
ARCH := $(or $(GOARCH),arm64)
GO_FUNCTION = CGO_ENABLED=0 GOOS=linux GOARCH=$(ARCH) go build $(shell sed -e '/^\#/d' -e '/^$$/d' -e "s/.*/'&'/" functions/build.flags)
FUNCTIONS := $(notdir $(patsubst %/main.go,%,$(wildcard functions/*/main.go)))

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The packages that decide without clock, store or network, and how much of them
# the tests must reach, in per cent of statements.
PURE := budget chart compare conversation decide message playbook publish questions render report review rollup sla text unit week
PURE_MIN := 90

VENV := build/venv
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$(or $(AWS_DEFAULT_REGION),$(AWS_REGION),eu-central-1) $(VENV)/bin/sam

.PHONY: help run test soak fuzz build lint bench cover deploy dynamodb-local sam-tools sam-build clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | while IFS='|' read -r name what; do printf '  make %-15s %s\n' "$$name" "$$what"; done

run: ## everything on this machine, with demo data on the first start
	@go run ./cmd/frontdesk serve

test: ## go vet and every test; what is skipped is listed with its reason, and an error when CI=true
	go vet ./...
	@go test -race -timeout 30m -json ./... | go run ./scripts/testlog

soak: ## the fault bench: 100,000 messages on each engine, the real program killed hundreds of times, a minute of load (needs Java 17)
	@scripts/soak

fuzz: ## every fuzz test for FUZZTIME (60s)
	@scripts/fuzz

build: $(addprefix build/,$(addsuffix /bootstrap,$(FUNCTIONS))) ## each function at build/<function>/bootstrap (GOARCH chooses, default arm64)

build/%/bootstrap: FORCE
	@mkdir -p $(@D)
	$(GO_FUNCTION) -o $@ ./functions/$*

.PHONY: FORCE
FORCE:

lint: ## gofmt, go vet, staticcheck; sam validate --lint and cfn-lint when make sam-tools was run
	@bad=$$(gofmt -l $(wildcard bench cmd functions scripts shared soak)); \
	if [[ -n $$bad ]]; then echo "not formatted; run gofmt -w on:"; echo "$$bad"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...
	@if [[ -x $(VENV)/bin/sam ]]; then $(MAKE) lint-template; \
	elif [[ $${CI:-} == true ]]; then echo "no SAM CLI: run make sam-tools first"; exit 1; \
	else echo "skipped: template.yaml was not checked; make sam-tools installs what checks it"; fi

.PHONY: lint-template
lint-template:
	$(SAM) validate --lint
	$(VENV)/bin/cfn-lint template.yaml

bench: ## the figures of this machine, from one run
	@go test -run '^$$' -bench '^BenchmarkFigures$$' -benchtime 1x -timeout 15m ./bench \
	  | grep --line-buffered -vE '^(goos:|goarch:|pkg:|cpu:|PASS|ok  |Benchmark)'

# Where make bench-rollup makes its data: 13 GB, deleted at the end.
SYNTH := build/synth
.PHONY: bench-rollup
bench-rollup: ## the rollup of 5 million messages and the report of 10 million (a quarter of an hour, 13 GB under build/)
	@mkdir -p $(SYNTH)
	@trap 'rm -rf $(SYNTH)' EXIT; \
	go build -o $(SYNTH)/synth ./bench/synth; \
	$(SYNTH)/synth day -file $(SYNTH)/day.db; $(SYNTH)/synth rollup -file $(SYNTH)/day.db; \
	$(SYNTH)/synth week -file $(SYNTH)/week.db; $(SYNTH)/synth report -file $(SYNTH)/week.db

cover: ## statement coverage of the pure packages; an error below 90 %
	@go test -cover $(addprefix ./shared/,$(PURE)) | scripts/coverage $(PURE_MIN)

sam-tools: $(VENV)/ready ## SAM CLI and cfn-lint under build/venv (needs python3 with venv)

$(VENV)/ready: scripts/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

sam-build: sam-tools ## what make deploy would put on AWS, under .aws-sam
	$(SAM) build

deploy: sam-tools ## build, then ask what is needed and put it on AWS
	$(SAM) build
	SAM_CLI_TELEMETRY=0 $(VENV)/bin/sam deploy --guided

dynamodb-local: ## DynamoDB Local for the tests that need it (needs Java 17)
	@scripts/dynamodb-local

clean: ## remove what make made, the tools included
	rm -rf build .aws-sam

# sam build calls these, one per function of template.yaml, always for arm64.
.PHONY: build-WebhookFunction build-DeskFunction build-ReceiptsFunction build-TimersFunction build-RollupFunction build-WeeklyKpiFunction build-AdminFunction
build-WebhookFunction build-DeskFunction build-ReceiptsFunction build-TimersFunction build-RollupFunction build-AdminFunction: build-%Function:
	@$(MAKE) artifact NAME=$$(tr A-Z a-z <<< $*)
build-WeeklyKpiFunction:
	@$(MAKE) artifact NAME=weekly-kpi

.PHONY: artifact
artifact: override ARCH := arm64
artifact:
	$(GO_FUNCTION) -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(NAME)
