#!/bin/bash
# A home that pam_mkhomedir makes at the first login is there, in that login.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

the_first_login_finds_its_new_home() {
	fails test -e /home/dave
	is "$(as dave 'pwd; ls -A | grep profile; stat -c %U .')" "/home/dave
.profile
dave"
	is "$(stat -c %U:%G /home/dave)" dave:dave
}

the_second_login_finds_what_the_first_left() {
	as dave 'echo kept >note'
	is "$(as dave 'cat note')" kept
	is "$(cat /home/dave/note)" kept
}

run_promises "$@"
