#!/bin/bash
# Programs in the customers' languages run under the seccomp filter.
#
# dora's policy has the image "dev", which is built here at first use. Each
# program starts threads or processes, opens sockets and files: what makes
# runtimes use the system calls that a filter may have forgotten.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

python_programs() {
	_works python 'python3 program.py'
}

perl_programs() {
	_works perl 'perl program.pl'
}

php_programs() {
	_works php 'php program.php'
}

node_programs() {
	_works node 'node program.js'
}

java_programs() {
	javac -d /home/dora "$programs/Program.java"
	_works java 'java -cp . Program'
}

# Static, and with a runtime that makes its system calls by itself.
go_programs() {
	GOCACHE=$WORLD_CHECKOUT/build/world/go GO111MODULE=off \
		go build -o /home/dora/program "$programs/program.go"
	_works go ./program
}

programs=$WORLD_CHECKOUT/tests/helpers/languages

_works() { # LANGUAGE COMMAND
	install -o dora "$programs"/program.* /home/dora
	is "$(as dora "$2")" "$1 works"
}

[ "$WORLD_JAILED" = no ] || [ -n "${TAP_PROMISE:-}" ] ||
	jail-rootfs build dev >/dev/null || exec echo "Bail out! no image dev"

run_promises "$@"
