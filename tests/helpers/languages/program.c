/* A program to debug: threads, a child, and a number that somebody may change. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *
nothing(void *argument)
{
	return argument;
}

__attribute__((noinline)) void
report(int number)
{
	printf("number %d\n", number);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	pthread_t thread;

	pthread_create(&thread, NULL, nothing, NULL);
	pthread_join(thread, NULL);
	if (fork() == 0)
		_exit(0);
	wait(NULL);
	report(41 + argc);
	if (argc > 1 && strcmp(argv[1], "wait") == 0)
		pause();
	return 0;
}
