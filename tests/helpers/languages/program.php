<?php
// A subprocess, a stream socket, a lock, random bytes, a directory walk.
$process = proc_open(['sh', '-c', 'cat; exit 7'], [['pipe', 'r'], ['pipe', 'w']], $pipes);
fwrite($pipes[0], 'hello');
fclose($pipes[0]);
if (stream_get_contents($pipes[1]) !== 'hello') exit(1);
if (proc_close($process) !== 7) exit(1);

$server = stream_socket_server('tcp://127.0.0.1:0') or exit(1);
$client = stream_socket_client('tcp://' . stream_socket_get_name($server, false)) or exit(1);
fwrite(stream_socket_accept($server), "hello\n");
if (fgets($client) !== "hello\n") exit(1);

$file = tmpfile();
if (!flock($file, LOCK_EX) || strlen(random_bytes(16)) !== 16) exit(1);
if (!iterator_count(new FilesystemIterator(getenv('HOME')))) exit(1);
echo "php works\n";
