#!/bin/bash
# Under the list "build" compilers and debuggers work, on own processes only.
#
# greta has the image "dev", as dora has, and that list.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

a_compiler_builds_what_runs() {
	_bring
	as greta 'gcc -Wall -g -pthread -o program program.c'
	is "$(as greta ./program)" 'number 42'
	as greta 'printf "#include <iostream>\nint main() { std::cout << 7; }\n" >seven.cc && g++ seven.cc'
	is "$(as greta ./a.out)" 7
	as greta 'printf "all:\n\t@echo made\n" >Makefile'
	is "$(as greta 'make -j2')" made
}

a_debugger_starts_stops_and_changes_a_program() {
	_build
	as greta 'gdb -q -nx -batch -ex "break report" -ex run -ex "print number" -ex backtrace \
		-ex "set var number = 99" -ex continue ./program' >"${scratch:?}/gdb" 2>&1
	grep -q '^Breakpoint 1, report (number=42)\|hit Breakpoint 1, report (number=42)' "$scratch/gdb"
	grep -q '^#1 .* in main ' "$scratch/gdb"
	grep -q '^number 99$' "$scratch/gdb"
	fails grep -i 'not permitted\|could not\|error' "$scratch/gdb"
}

a_debugger_attaches_in_another_session() {
	_build
	background ssh -tt greta@world 'exec ./program wait' >"$scratch/program"
	wait_for grep -q 'number 43' "$scratch/program"
	as greta "gdb -q -nx -batch -ex backtrace -p \$(pgrep -x program)" >"$scratch/gdb" 2>&1
	grep -q ' in main ' "$scratch/gdb"
}

a_tracer_sees_the_system_calls() {
	_build
	as greta 'strace -f -o trace ./program && cat trace' >"$scratch/strace"
	grep -q 'write(1, "number 42\\n", 10) *= 10' "$scratch/strace"
}

# The same, where the list is another: dora's.
without_this_list_nothing_is_traced() {
	needs_jail
	_build
	install -o dora /home/greta/program /home/dora/program
	outside dora 'strace -o /dev/null ./program'
	fails as dora 'strace -o /dev/null ./program'
	as dora ./program
}

# Then the server process could become any tenant, and trace what is theirs.
without_a_user_namespace_nobody_may_trace() {
	needs_jail
	baseline greta
	keep /etc/jail.conf
	sed -i 's/^policy "build" *{/& user_namespace = no /' /etc/jail.conf
	status_is 3 jailctl check >"${scratch:?}/out"
	grep 'policy "build": list "build" allows ptrace' "$scratch/out"
	is_refused greta 'list "build" allows ptrace'
}

only_own_processes_are_traced() {
	needs_jail
	_build
	install -o greta "$helper" /home/greta/try_escape
	background ssh -tt greta@world 'exec ./program wait'
	wait_for pgrep -u greta -x program
	as greta './try_escape trace_process $(pgrep -x program)'
	local init server
	init=$(init_of_jail "$(pgrep -u greta -x program)")
	server=$(pgrep -u greta -f '^sshd: greta@pts')
	for target in 1 "$(_inside "$server")"; do
		status_is 1 as greta "./try_escape trace_process $target"
	done
	# Nor by the numbers that the host gives them.
	for target in "$init" "$server" "$(pgrep -o -f '^sshd: greta \[priv\]')"; do
		status_is 1 as greta "./try_escape trace_process $target"
	done
}

_inside() { # PID: its number in its own namespace
	awk '$1 == "NSpid:" { print $NF }' "/proc/$1/status"
}

_bring() {
	install -o greta "$WORLD_CHECKOUT"/tests/helpers/languages/program.c /home/greta
}

_build() {
	_bring
	as greta 'gcc -g -pthread -o program program.c'
}

[ "$WORLD_JAILED" = no ] || [ -n "${TAP_PROMISE:-}" ] ||
	jail-rootfs build dev >/dev/null || exec echo "Bail out! no image dev"

run_promises "$@"
