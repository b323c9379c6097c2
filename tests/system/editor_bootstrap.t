#!/bin/bash
# A remote editor like VS Code installs its server, starts it, and talks to it.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

the_server_is_unpacked_started_and_reached() {
	connect window alice
	_bootstrap >"$scratch/out"
	_told terminal=/dev/pts/
	_told "arch=$(uname -m)"
	ssh -S "$scratch/window" -O forward -L "7101:127.0.0.1:$(_value port)" world
	is "$(sh -c "$(ask 7101)")" "hello from editor"
}

a_second_window_finds_the_same_server() {
	connect window alice
	_bootstrap >"$scratch/out"
	is "$(_bootstrap | grep ^pid=)" "$(grep ^pid= "$scratch/out")"
}

windows_opened_at_once_start_one_server() {
	local window windows=()
	connect window alice
	for window in 1 2 3 4 5 6; do
		background _bootstrap >"$scratch/out-$window"
		windows+=($!)
	done
	wait "${windows[@]}"
	is "$(sort -u "$scratch"/out-* | grep -c ^pid=)" 1
	is "$(cat "$scratch"/out-* | grep -c bootstrap=done)" 6
}

# Some editors forward everything through one SOCKS port instead.
the_server_is_reached_through_a_socks_port() {
	connect window alice -D 7102
	_bootstrap >"$scratch/out"
	is "$(curl -s --http0.9 -x socks5h://127.0.0.1:7102 "http://127.0.0.1:$(_value port)/")" \
		"hello from editor"
}

_bootstrap() {
	local helpers=$WORLD_CHECKOUT/tests/helpers archive
	archive=$(tar -czf - -C "$helpers" --transform s/listen.pl/server/ listen.pl | base64 -w 0)
	{
		printf 'COMMIT=0123abcd ARCHIVE=%s\n' "$archive"
		cat "$helpers/editor-bootstrap.sh"
	} | ssh -T -o BatchMode=yes alice@world bash
}

_told() { # BEGINNING
	grep -q "^$1" "$scratch/out"
}

_value() { # NAME
	sed -n "s/^$1=//p" "$scratch/out"
}

run_promises "$@"
