# shellcheck shell=bash
#
# TAP for tests in shell. In a test file every function is a promise: its name,
# with spaces, is what the test says; cve_2019_5736_... begins with the number of
# a published hole. (Helpers begin with an underscore.)
#
#	. "$(dirname "$0")/../lib/world.sh"
#
#	a_command_returns_its_exit_code() {
#		status_is 7 as alice 'exit 7'
#	}
#
#	run_promises "$@"
#
# A promise runs in a process of its own under `set -ex`: the first command
# that fails, fails it, and the trace is shown then. Beware of `! command`,
# which set -e does not look at: write `fails command`. With arguments only the
# promises named there run: tests/system/ssh.t a_command_returns_its_exit_code

# What a promise may take; only a failure ever waits so long.
promise_seconds=${PROMISE_SECONDS:-120}

run_promises() {
	if [ -n "${TAP_PROMISE:-}" ]; then
		trap end_background EXIT
		exec {BASH_XTRACEFD}>&2
		set -ex
		"$TAP_PROMISE"
		exit 0
	fi

	# shellcheck disable=SC2046 # names have no spaces
	[ $# -gt 0 ] || set -- $(sed -n 's/^\([a-z][a-z0-9_]*\)() {.*/\1/p' "$0")
	echo "1..$#"
	local promise number=0 status=0
	for promise; do
		number=$((number + 1))
		run_promise "$promise" "$number" || status=1
	done
	exit "$status"
}

run_promise() { # NAME NUMBER
	local status=0
	scratch=$(mktemp -d)
	chmod 755 "$scratch"
	export scratch
	TAP_PROMISE=$1 timeout -k 5 "$promise_seconds" "$0" \
		</dev/null >"$scratch/log" 2>&1 || status=$?
	tap_report "$status" "$2 - $(promise_text "$1")" || status=1
	rm -rf "$scratch"
	return $((status == 1))
}

promise_text() { # NAME
	local number='^cve_([0-9]+)_([0-9]+)_(.*)$' text=$1
	[[ ! $1 =~ $number ]] ||
		text="CVE-${BASH_REMATCH[1]}-${BASH_REMATCH[2]}:_${BASH_REMATCH[3]}"
	echo "${text//_/ }"
}

tap_report() { # STATUS DESCRIPTION
	case $1 in
	0)
		echo "ok $2"
		return
		;;
	77)
		echo "ok $2 # SKIP $(sed -n 's/^SKIP: //p' "$scratch/log" | tail -n 1)"
		return
		;;
	124 | 137) echo "took more than $promise_seconds s" >>"$scratch/log" ;;
	esac
	echo "not ok $2"
	tail -n 60 "$scratch/log" | cut -c 1-300 | sed 's/^/# /' >&2 # prove shows it
	return 1
}

skip() { # REASON...
	[ -z "${MUST_RUN:-}" ] || fail "must run, but: $*"
	echo "SKIP: $*"
	exit 77
}

fail() { # COMPLAINT...
	echo "FAIL: $*"
	exit 1
}

fails() { # COMMAND...
	! "$@" || fail "succeeded: $*"
}

status_is() { # STATUS COMMAND...
	local wanted=$1 got=0
	shift
	"$@" || got=$?
	[ "$got" = "$wanted" ] || fail "status $got, not $wanted: $*"
}

is() { # GOT WANTED
	[ "$1" = "$2" ] || fail "got '$1', not '$2'"
}

isnt() { # GOT UNWANTED
	[ "$1" != "$2" ] || fail "got '$1'"
}

# For what announces itself by no event. The bound is for failures only.
wait_for() { # COMMAND...
	local - tries
	set +x
	for ((tries = 0; tries < 600; tries++)); do
		! "$@" || return 0
		sleep 0.05
	done
	fail "waited 30 s in vain for: $*"
}

# Starts COMMAND beside the promise and ends it with the promise; $! is its pid.
background() { # COMMAND...
	"$@" <&0 & # the shell would give it /dev/null
	tap_background+=($!)
}

end_background() {
	local pid tries
	for pid in "${tap_background[@]}"; do
		kill "$pid" || continue
		# An ssh that was just sending has missed its SIGTERM before.
		for ((tries = 0; tries < 100; tries++)); do
			kill -0 "$pid" || break
			sleep 0.05
		done
		kill -9 "$pid" || :
		wait "$pid" || continue
	done 2>/dev/null
}
tap_background=()
