#!/bin/bash
# jail.conf, image and programs: what is broken refuses jailed logins with a
# reason that can be acted on, and keeps no administrator out. Comparable modules
# say success in some of these states (pam_chroot by default, onerr=succeed), for
# they cannot tell whether this user is to be jailed. ("Without": see cve.t.)
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

# _conf_is_refused PATTERN COMMAND...: COMMAND breaks /etc/jail.conf.
_conf_is_refused() {
	local pattern=$1
	shift
	needs_jail
	baseline alice
	keep /etc/jail.conf
	"$@"
	is_refused alice "$pattern"
}

_replace() { # TEXT
	printf '%s\n' "$1" >/etc/jail.conf
}

_in_its_place() { # COMMAND...
	rm /etc/jail.conf
	"$@" /etc/jail.conf
}

a_syntax_error() {
	_conf_is_refused '/etc/jail.conf:3: ' _replace 'policy "customer" { image = "shell" }

plan "customer" { memory_max = }'
}

half_a_file() {
	_conf_is_refused '/etc/jail.conf:[0-9]+: ' truncate -s 200 /etc/jail.conf
}

an_unknown_key() {
	_conf_is_refused '/etc/jail.conf:[0-9]+: .*memory_maxx' \
		sed -i 's/memory_max/memory_maxx/' /etc/jail.conf
}

a_value_out_of_range() {
	_conf_is_refused '/etc/jail.conf:[0-9]+: .*tasks_max' \
		sed -i 's/tasks_max = 1000/tasks_max = -3/' /etc/jail.conf
}

# Without: pam_jail/pam_jail.c: s/return PAM_\(PERM_DENIED\|SYSTEM_ERR\);/return PAM_IGNORE;/
a_word_that_is_wrong_for_somebody_else() {
	_conf_is_refused '/etc/jail.conf:[0-9]+: ' \
		sed -i 's/user = {"erin"}/usr = {"erin"}/' /etc/jail.conf
}

an_owner_who_is_not_root() {
	_conf_is_refused '/etc/jail.conf belongs to uid 2001: want root.s' chown alice /etc/jail.conf
}

a_group_that_may_write() {
	_conf_is_refused '/etc/jail.conf is group- or world-writable: chmod go-w /etc/jail.conf' \
		chmod g+w /etc/jail.conf
}

a_world_that_may_write() {
	_conf_is_refused '/etc/jail.conf is group- or world-writable' chmod o+w /etc/jail.conf
}

a_symlink_in_its_place() {
	cp /etc/jail.conf /etc/real.conf
	_conf_is_refused '/etc/jail.conf is a symbolic link' _in_its_place ln -s /etc/real.conf
}

# Without: pam_jail/pam_jail.c: s/return PAM_\(PERM_DENIED\|SYSTEM_ERR\);/return PAM_IGNORE;/
a_dangling_link_in_its_place() {
	_conf_is_refused '/etc/jail.conf is a symbolic link' _in_its_place ln -s /etc/nowhere
}

a_fifo_in_its_place() {
	_conf_is_refused '/etc/jail.conf is not a regular file' _in_its_place mkfifo
}

a_directory_in_its_place() {
	_conf_is_refused '/etc/jail.conf is not a regular file' _in_its_place mkdir
}

a_nul_byte() {
	_conf_is_refused '/etc/jail.conf holds a NUL byte' _append_nul
}

_append_nul() {
	printf 'policy "x" {}\0' >>/etc/jail.conf
}

# Without: pam_jail/pam_jail.c: s/return PAM_\(PERM_DENIED\|SYSTEM_ERR\);/return PAM_IGNORE;/
an_empty_file() {
	_conf_is_refused 'no assign gives user alice, service sshd, a policy' truncate -s 0 /etc/jail.conf
}

# Without: pam_jail/pam_jail.c: s/return PAM_\(PERM_DENIED\|SYSTEM_ERR\);/return PAM_IGNORE;/
no_file() {
	_conf_is_refused 'no /etc/jail.conf: nobody can be jailed without it' rm /etc/jail.conf
}

a_file_of_100_megabytes() {
	_conf_is_refused '/etc/jail.conf is larger than' truncate -s 100M /etc/jail.conf
}

a_broken_file_beside_it() {
	mkdir -p /etc/jail.conf.d
	finally rm -rf /etc/jail.conf.d
	_conf_is_refused '/etc/jail.conf.d/50-x.conf:1: ' _drop_in
}

_drop_in() {
	echo 'plan "customer" { memory = 1G }' >/etc/jail.conf.d/50-x.conf
}

a_broken_file_leaves_running_sessions_alone() {
	needs_jail
	keep /etc/jail.conf
	connect alive alice
	_replace 'nonsense'
	is "$(within alive 'id -un')" alice
	status_is 255 as alice true
	is "$(within alive 'id -un')" alice
}

# Never looser, and never half of the one and half of the other.
an_edit_during_many_logins() {
	needs_jail
	keep /etc/jail.conf
	background _edit_and_edit
	for ((i = 0; i < 30; i++)); do
		as alice 'readlink /proc/self/ns/mnt' || [[ $? == 25[45] ]]
	done >"$scratch/seen"
	fails grep -F "$(readlink /proc/1/ns/mnt)" "$scratch/seen"
}

_edit_and_edit() {
	cp /etc/jail.conf "$scratch/whole"
	while :; do
		cat "$scratch/whole" >/etc/jail.conf # in place: half of it is there for a moment
		head -c 300 "$scratch/whole" >/etc/jail.conf
		cp "$scratch/whole" /etc/jail.conf.new
		mv /etc/jail.conf.new /etc/jail.conf
		sleep 0.02
	done
}

a_missing_image() {
	_conf_is_refused 'image: no image nosuch: run `jail-rootfs build nosuch`' \
		sed -i 's/image = "shell"/image = "nosuch"/' /etc/jail.conf
}

# Under a name of its own: the images are shared with other worlds.
an_image_that_somebody_may_write() {
	needs_jail
	mkdir /var/lib/pam_jail/images/spoilt
	chmod o+w /var/lib/pam_jail/images/spoilt
	finally rmdir /var/lib/pam_jail/images/spoilt
	_conf_is_refused "image: image spoilt is not root's alone to write" \
		sed -i 's/image = "shell"/image = "spoilt"/' /etc/jail.conf
}

_without() { # FILE PATTERN
	needs_jail
	baseline alice
	keep "$1"
	rm "$1"
	is_refused alice "$2"
}

a_missing_supervisor() {
	_without /usr/libexec/pam_jail/jail-supervisor \
		'start /usr/libexec/pam_jail/jail-supervisor: No such file or directory'
}

a_supervisor_that_is_no_program() {
	needs_jail
	baseline alice
	keep /usr/libexec/pam_jail/jail-supervisor
	head -c 1000 /dev/urandom >/usr/libexec/pam_jail/jail-supervisor
	is_refused alice 'start /usr/libexec/pam_jail/jail-supervisor: Exec format error'
}

# It starts and ends: nobody answers, and its directory must not stay.
a_supervisor_that_crashes() {
	needs_jail
	baseline alice
	keep /usr/libexec/pam_jail/jail-supervisor
	cp /bin/false /usr/libexec/pam_jail/jail-supervisor
	is_refused alice '.'
}

a_missing_init() {
	_without /usr/libexec/pam_jail/init 'init: open /usr/libexec/pam_jail/init: No such file'
}

an_init_that_is_no_program() {
	needs_jail
	baseline alice
	keep /usr/libexec/pam_jail/init
	head -c 1000 /dev/urandom >/usr/libexec/pam_jail/init
	is_refused alice 'init: exec /usr/libexec/pam_jail/init: Exec format error'
}

# Starts, and ends at once.
an_init_that_crashes() {
	needs_jail
	baseline alice
	keep /usr/libexec/pam_jail/init
	cp /bin/false /usr/libexec/pam_jail/init
	fails as alice true
	is "$(as admin 'id -un')" admin
	back_to_baseline
}

a_missing_filter() {
	_without /usr/share/pam_jail/policies/seccomp/base.list 'filter: .*base.list.*No such file'
}

a_filter_with_an_unknown_word() {
	needs_jail
	baseline alice
	keep /usr/share/pam_jail/policies/seccomp/base.list
	echo 'nosuchcall # because' >>/usr/share/pam_jail/policies/seccomp/base.list
	is_refused alice 'filter: .*base.list:[0-9]+: .*nosuchcall'
}

run_promises "$@"
