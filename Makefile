# make run     builds Lanyard and starts it               make demo   shows the main job on this machine and ends
# make test    runs every test (ARGS=./chat for some)     make bench  measures, beside rsync and Syncthing
# make lint    vet, staticcheck and the page's types      make soak   thousands of schedules, and real input (SECONDS=600)
# make build   builds into bin/                           sudo make install / uninstall   into PREFIX=/usr/local
# Each target first sees that Go is new enough and that what it needs is there: internal/build/setup.sh.

SHELL := /bin/sh
setup := sh internal/build/setup.sh
version := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
ldflags := -s -w -X main.version=$(version)
staticcheck := honnef.co/go/tools/cmd/staticcheck@v0.8.2
SECONDS ?= 600
PREFIX ?= /usr/local
to := $(DESTDIR)$(PREFIX)

# The version is given above. Left to itself, go asks git, which answers nobody but the owner of the checkout, and the build fails.
export GOFLAGS := $(strip $(shell go env GOFLAGS 2>/dev/null) -buildvcs=false)

.PHONY: run demo test bench soak lint build lanyard tray cross install uninstall clean

run: build
	@bin/lanyard $(ARGS)

build:
	@$(setup) go tray
	@$(MAKE) -s lanyard tray

lanyard:
	@mkdir -p bin
	@[ -e bin/lanyard ] || echo "Building Lanyard; the first time this takes a minute or two."
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(ldflags)' -o bin/lanyard ./cmd/lanyard

# The tray program alone needs a C compiler and GTK's headers; without them Lanyard is built without an icon.
tray:
	@if [ "$$(go env CGO_ENABLED)" = 1 ] && pkg-config --exists ayatana-appindicator3-0.1 2>/dev/null && \
		go build -trimpath -ldflags '$(ldflags)' -o bin/lanyard-tray ./cmd/lanyard-tray; \
	then :; else rm -f bin/lanyard-tray; echo "Lanyard is built without the tray icon and works without it."; fi

demo:
	@$(setup) go
	@$(MAKE) -s lanyard
	@CGO_ENABLED=0 go build -trimpath -o bin/demo ./internal/demo
	@bin/demo bin/lanyard

test:
	@$(setup) go test
ifeq ($(strip $(ARGS)),)
	@echo "vet"; go vet ./...
	@$(MAKE) -s cross
endif
	@go run ./internal/build/testrun $(ARGS)
ifeq ($(strip $(ARGS)),)
	@echo "200 schedules of conversations, a room of 50"; go test -run '^(TestSimulation|TestRoomThroughWhoeverIsOnline)$$' ./chat
endif

# Everything but the tray is pure Go and must build for every desktop.
cross:
	@for os in linux windows darwin; do for arch in amd64 arm64; do \
		echo "cross-build $$os/$$arch"; CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -o /dev/null ./cmd/lanyard || exit 1; done; done
	@echo "cross-build windows/amd64 tray"; CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build -o /dev/null -ldflags -H=windowsgui ./cmd/lanyard-tray

bench:
	@$(setup) go bench
	@$(MAKE) -s lanyard
	@CGO_ENABLED=0 go build -trimpath -o bin/bench ./internal/bench
	@bin/bench -lanyard bin/lanyard $(ARGS)

soak:
	@$(setup) go
	LANYARD_SOAK_SECONDS=$(SECONDS) go test -timeout=0 -run 'Simulation' ./sync/... ./chat/... ./internal/tree/... ./internal/agent
	LANYARD_WHOLE=1 go test -timeout=0 -run 'RealInput|Kill|Crowd|Programs' -count=5 ./internal/office

# ST1005 wants errors in lower case without a full stop; ours end up before people, as sentences that may begin with the product's name.
lint:
	@$(setup) go lint
	@echo "vet"; go vet ./...
	@for os in windows darwin; do echo "vet for $$os"; CGO_ENABLED=0 GOOS=$$os go vet ./... || exit 1; done
	@echo "staticcheck"; go run $(staticcheck) -checks inherit,-ST1005 ./...
	@echo "types of the page"; npx --yes --package typescript@5.9.3 tsc --project internal/window/ui/tsconfig.json

# Installing builds nothing: root needs no Go.
install:
	@[ -x bin/lanyard ] || { echo "Nothing is built yet: run make build first, as yourself." >&2; exit 1; }
	install -D bin/lanyard '$(to)/bin/lanyard'
	if [ -x bin/lanyard-tray ]; then install -D bin/lanyard-tray '$(to)/bin/lanyard-tray'; fi
	install -D -m 644 docs/lanyard.1 '$(to)/share/man/man1/lanyard.1'
	install -D -m 644 packaging/lanyard.desktop '$(to)/share/applications/lanyard.desktop'
	install -D -m 644 internal/window/ui/icon.svg '$(to)/share/icons/hicolor/scalable/apps/lanyard.svg'

uninstall:
	rm -f '$(to)/bin/lanyard' '$(to)/bin/lanyard-tray' '$(to)/share/man/man1/lanyard.1' '$(to)/share/applications/lanyard.desktop' \
		'$(to)/share/icons/hicolor/scalable/apps/lanyard.svg'

clean:
	rm -rf bin
