# shellcheck shell=bash disable=SC2016,SC2154 # awk's $; names of tests/bench/run
#
# What the parts of a jail add, for tests/bench/run: to a first login, and to work
# inside. What is compared takes turns.

# The shared image with all places that a layer would give it, for a root that is
# nothing but a bind.
make_bind_image() {
	local node
	bound=/var/lib/pam_jail/images/bench-$$
	trap 'rm -rf "$bound"' EXIT
	cp -al "$image" "$bound"
	mkdir -p "$bound/dev/pts" "$bound/dev/shm" "$bound/var/tmp" "$bound/home/floor"
	for node in null zero full random urandom tty; do
		cp -a "/dev/$node" "$bound/dev/$node"
	done
	echo 'floor:x:2001:2001::/home/floor:/bin/sh' >"$bound/etc/passwd"
}

# In an order that changes: who comes after whom is a part of the weather.
measure_floors() {
	local i kind
	make_bind_image
	for ((i = 0; i < pairs; i++)); do
		for kind in $(shuf -e whole bind unfiltered); do
			"run_$kind" >>"$scratch/$kind"
			sleep 0.1 # its jail ends
		done
	done
}

run_whole() {
	"$bin/floor" first none "$image" /home/floor "$scratch/filter" 0
}

run_bind() {
	"$bin/floor" first bind "$bound" /home/floor "$scratch/filter" 0
}

run_unfiltered() {
	"$bin/floor" first none "$image" /home/floor /dev/null 0
}

addition() { # WHAT WITH WITHOUT
	line "$1" "$2" "$3" "$(ratio "$2" "$3")" "$(printf '%+d' $(($2 - $3))) us" ""
}

print_additions() {
	line "what it adds to a first login, us" with without ratio "" ""
	addition "user namespace" "$(login_of user)" "$(login_of first)"
	addition "network namespace with lo" "$(login_of first)" "$(login_of host)"
	addition "private root: layer and overlay, not a bind (floor)" \
		"$(median whole '$1')" "$(median bind '$1')"
	addition "filter, compiled before (floor)" \
		"$(median whole '$1')" "$(median unfiltered '$1')"
	echo
}

# --- work inside -------------------------------------------------------------------

# The same program on the host, there under the filter alone, and in a jail; the
# same file, by a path that is as long.
measure_work() {
	local i file=usr/bin/perl own=/home/b0/own
	local lists=/usr/share/pam_jail/policies/seccomp
	install -o b0 "$bin/work" /home/b0/work
	install -o b0 /dev/null "$own"
	for ((i = 0; i < pairs; i++)); do
		setpriv --reuid=b0 --regid=2000 --clear-groups \
			/home/b0/work "$image" "$file" "$own" >>"$scratch/host_work"
		setpriv --reuid=b0 --regid=2000 --clear-groups \
			"$bin/../helpers/with_filter" "$lists" shell \
			/home/b0/work "$image" "$file" "$own" >>"$scratch/filtered_work"
		jailctl exec b0 -- /home/b0/work / "$file" "$own" >>"$scratch/jail_work"
	done
	paste -d ' ' "$scratch/host_work" "$scratch/filtered_work" "$scratch/jail_work" |
		tr -s ' ' >"$scratch/work"
}

# An expression over host's $1-$7, filtered $8-$14 and jail's $15-$21.
of_work() { # EXPRESSION
	awk "{ print $1 }" "$scratch/work" | sort -g |
		awk '{ a[NR] = $1 } END { printf "%.2f", a[int((NR + 1) / 2)] }'
}

work_line() { # WHAT COLUMN KIND LIMIT
	local host='$'$2 filtered='$'$(($2 + 7)) jail='$'$(($2 + 14)) value target
	value=$(of_work "$jail / $host") target="<= $4 x"
	if [ "$3" = added ]; then
		value=$(of_work "$jail - $host") target="<= +$4 ns"
	fi
	line "$1" "$(of_work "$jail")" "$(of_work "$host")" "$value" \
		"$target" "$(within "$value" "$4") (filter alone: $(of_work "$filtered"))"
}

print_work() {
	line "work inside, ns (medians of pairs)" jail host "" target ""
	work_line "getpid" 1 added 50
	work_line "read of a byte of /dev/zero" 2 added 50
	work_line "open and close of a file of the image" 3 ratio 1.10
	work_line "stat of it" 4 ratio 1.10
	work_line "open and close of a file of the home" 5 ratio 1.10
	work_line "stat of it" 6 ratio 1.10
	work_line "computing" 7 ratio 1.01
	echo
}
