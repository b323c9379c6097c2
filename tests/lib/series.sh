# shellcheck shell=bash
#
# For many logins in a short time: in process (tests/bench/login.c), by a PAM
# service that has the two lines of pam_jail.so and no others, of users made for
# it. What a leak would make larger is told in numbers.
#
# shellcheck source=faults.sh
. "$(dirname "${BASH_SOURCE[0]}")/faults.sh"

login=$WORLD_CHECKOUT/build/tests/bench/login

make_series_users() { # COUNT
	local i
	for ((i = 0; i < $1; i++)); do
		echo "s$i:x:$((40000 + i)):2000::/home/s$i:/bin/bash" >>/etc/passwd
		install -d -o "$((40000 + i))" "/home/s$i"
	done
	printf '%s required pam_jail.so\n' account session >/etc/pam.d/series
}

# One after the other, all of them and then again: a jail has ended before its
# user's next turn comes.
log_in_series() { # COUNT ROUNDS
	local round
	for ((round = 0; round < $2; round++)); do
		"$login" fill series s "$1" 0
	done
}

# What the host holds for jails that are no more, after all of them have ended.
footprint() {
	local cgroups=/sys/fs/cgroup
	[ ! -d "$cgroups/unified" ] || cgroups+=/unified
	echo "mounts $(wc -l </proc/self/mountinfo)"
	echo "namespaces $(find /proc/[0-9]*/ns -type l -printf '%l\n' 2>/dev/null | grep : | sort -u | wc -l)"
	echo "cgroups $(find /sys/fs/cgroup -path '*/pam_jail/*' -type d | wc -l)"
	awk '$1 == "nr_dying_descendants" { print "dying_cgroups", $2 }' "$cgroups/cgroup.stat"
	echo "descriptors_of_sshd $(find "/proc/$(cat /run/sshd.pid)/fd" -type l | wc -l)"
	echo "state_files $(find /run/pam_jail | wc -l)"
	echo "kernel_KiB $(kernel_memory)"
}

# What the kernel keeps for the processes of this host, caches left out as far as
# it gives them up.
kernel_memory() {
	local v1=/sys/fs/cgroup/memory v2=/sys/fs/cgroup
	if [ -e "$v1/memory.kmem.usage_in_bytes" ]; then
		echo 0 >"$v1/memory.force_empty"
		echo $(($(cat "$v1/memory.kmem.usage_in_bytes") / 1024))
	else
		echo 4G >"$v2/memory.reclaim" || : # EAGAIN: there is not so much
		awk '$1 == "kernel" { print int($2 / 1024) }' "$v2/memory.stat"
	fi 2>/dev/null
}

# A value of a footprint.
held() { # NAME FILE
	awk -v name="$1" '$1 == name { print $2 }' "$2"
}
