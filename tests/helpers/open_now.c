/* open_now.c - loads a module as strictly as PAM may: every symbol at once. */
#include <dlfcn.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	void *module = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;

	if (!module) {
		fprintf(stderr, "%s\n", argc == 2 ? dlerror() : "usage: open_now MODULE");
		return 1;
	}
	return 0;
}
