/*
 * options.c - where AddressSanitizer reports, in programs that have neither an
 * environment nor an open stderr. Whatever stands there fails check-asan.
 */
const char *__asan_default_options(void);

__attribute__((visibility("default"))) const char *
__asan_default_options(void)
{
	return "log_path=" REPORTS "/report:detect_stack_use_after_return=1";
}
