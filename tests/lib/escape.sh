# shellcheck shell=bash
#
# For tests that try to get out. Each attempt (tests/helpers/try_escape.c) is
# first made as root in a plain chroot, where it must work: an attempt that is
# broken would pass every jail. Then it is made in a jail: by a user, by jailroot,
# who is uid 0 in hers, and by her under policy nobody, in a user namespace.
#
# shellcheck source=faults.sh
. "$(dirname "$0")/../lib/faults.sh"

helper=$WORLD_CHECKOUT/build/tests/helpers/try_escape
# Not on one of the world's overlays, which cannot be opened by handle.
cell=$WORLD_CHECKOUT/build/world/cell

prepare_escape() {
	needs_jail
	install -o alice -m 755 "$helper" /home/alice/try_escape
	install -m 755 "$helper" /home/jailroot/try_escape
	stat -c %d:%i / | tee /home/alice/host-root >/home/jailroot/host-root
	chmod 755 /home/jailroot # policy nobody: what is root's is not hers
}

# A chroot with all that administrators put into one. LEAVE=1: the caller's
# working directory and descriptors stay what they are.
in_chroot() { # NAME [ARGUMENT...]
	mkdir -p "$cell"/{proc,dev,sys,home,tmp}
	install -m 755 "$helper" "$cell/try_escape"
	stat -c %d:%i / >"$cell/host-root"
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --propagation private bash -ec '
		cell=$1
		shift
		mount --bind "$cell" "$cell"
		cd "$PWD"
		mount -t proc proc "$cell/proc"
		mount --rbind /dev "$cell/dev"
		mount --rbind /sys "$cell/sys"
		mount -t tmpfs home "$cell/home"
		mount -t tmpfs tmp "$cell/tmp"
		mount -o remount,bind,ro "$cell"
		exec perl -e "my \$cell = shift; chroot \$cell or die; chdir q(/home) unless \$ENV{LEAVE};
			exec @ARGV or die" "$cell" /try_escape "$@"' - "$cell" "$@"
}

# Status 1 exactly: blocked, not "no such file ./try_escape".
is_blocked_inside() { # NAME [ARGUMENT...]
	local user
	for user in alice jailroot; do
		status_is 1 as "$user" "./try_escape ${*@Q}"
	done
	# From a place that she can write.
	status_is 1 jailctl exec --policy nobody jailroot -- \
		sh -c "cd /tmp && exec ~/try_escape ${*@Q}"
}

is_blocked() { # NAME [ARGUMENT...]
	prepare_escape
	in_chroot "$@" || fail "even in a plain chroot: $*"
	is_blocked_inside "$@"
}
