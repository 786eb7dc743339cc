# make run     builds Lanyard and starts it               make demo   shows the main job on this machine and ends
# make test    runs every test                            make bench  measures, beside rsync and Syncthing
# make lint    vet, staticcheck and the page's types      make soak   the long simulations (SECONDS=600)
# Each target first sees that Go is new enough and that what it needs is there: internal/build/setup.sh.

SHELL := /bin/sh
setup := sh internal/build/setup.sh
version := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
ldflags := -s -w -X main.version=$(version)
staticcheck := honnef.co/go/tools/cmd/staticcheck@v0.8.2
SECONDS ?= 600

.PHONY: run demo test bench soak lint build tray cross clean

run: build
	bin/lanyard $(ARGS)

build:
	@$(setup) go tray
	@mkdir -p bin
	CGO_ENABLED=0 go build -trimpath -ldflags '$(ldflags)' -o bin/lanyard ./cmd/lanyard
	@$(MAKE) -s tray

# The tray program alone needs a C compiler and GTK's headers; without them Lanyard is built without an icon.
tray:
	@if [ "$$(go env CGO_ENABLED)" = 1 ] && pkg-config --exists ayatana-appindicator3-0.1 2>/dev/null; then \
		echo go build -o bin/lanyard-tray ./cmd/lanyard-tray; go build -trimpath -ldflags '$(ldflags)' -o bin/lanyard-tray ./cmd/lanyard-tray; \
	else rm -f bin/lanyard-tray; echo "built without the tray icon: its libraries are not here"; fi

demo:
	@$(setup) go
	@mkdir -p bin
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(ldflags)' -o bin/lanyard ./cmd/lanyard
	@CGO_ENABLED=0 go build -trimpath -o bin/demo ./internal/demo
	@bin/demo bin/lanyard

test:
	@$(setup) go test
	go vet ./...
	@$(MAKE) -s cross
	@go run ./internal/build/testrun $(ARGS)

# Everything but the tray is pure Go and must build for every desktop.
cross:
	@for os in linux windows darwin; do for arch in amd64 arm64; do \
		echo "cross-build $$os/$$arch"; CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -o /dev/null ./cmd/lanyard || exit 1; done; done
	@echo "cross-build windows/amd64 tray"; CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build -o /dev/null -ldflags -H=windowsgui ./cmd/lanyard-tray

bench:
	@$(setup) go bench
	@mkdir -p bin
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(ldflags)' -o bin/lanyard ./cmd/lanyard
	@CGO_ENABLED=0 go build -trimpath -o bin/bench ./internal/bench
	@bin/bench -lanyard bin/lanyard $(ARGS)

soak:
	@$(setup) go
	LANYARD_SOAK_SECONDS=$(SECONDS) go test -timeout=0 -run 'Simulation' ./sync/... ./chat/... ./internal/tree/...

lint:
	@$(setup) go lint
	go vet ./...
	go run $(staticcheck) ./...
	npx --yes --package typescript@5.9.3 tsc --project internal/window/ui/tsconfig.json

clean:
	rm -rf bin
