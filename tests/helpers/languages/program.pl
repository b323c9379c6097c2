# fork, pipe, a terminal's ioctl, a socket, flock, sleep below a second.
use strict;
use warnings;
use Fcntl ':flock';
use Socket;

pipe(my $from, my $to) or die $!;
if (!fork) { syswrite $to, "from the child\n"; exit 7 }
<$from> eq "from the child\n" or die;
wait and $? >> 8 == 7 or die;

socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0) or die $!;
open my $file, '+>', "$ENV{HOME}/perl-lock" or die $!;
flock $file, LOCK_EX or die $!;
select undef, undef, undef, 0.01;
`echo shell` eq "shell\n" or die;
print "perl works\n";
