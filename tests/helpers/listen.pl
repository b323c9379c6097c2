# listen.pl NAME [PORT]: serves the loopback interface; each client is told
# "hello from NAME". The port is printed when clients may come; 0 takes any
# that is free. Runs inside the jail as well: plain perl, no module to install.
use strict;
use warnings;
use Socket;

my ($name, $port) = (@ARGV, 0);
socket(my $server, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1) or die "setsockopt: $!";
bind($server, sockaddr_in($port, INADDR_LOOPBACK)) or die "bind: $!";
listen($server, 20) or die "listen: $!";
$| = 1;
print +(sockaddr_in(getsockname $server))[0], "\n";

while (accept(my $client, $server)) {
	syswrite $client, "hello from $name\n";
	close $client;
}
