// Goroutines on several threads, a child process, an HTTP server, a time-out.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var all sync.WaitGroup
	for i := 0; i < 1000; i++ {
		all.Add(1)
		go func() { defer all.Done(); time.Sleep(time.Millisecond) }()
	}
	all.Wait()
	runtime.GC()
	must(exec.Command("true").Run())

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go http.Serve(listener, http.NotFoundHandler())
	reply, err := http.Get("http://" + listener.Addr().String())
	must(err)
	_, err = io.ReadAll(reply.Body)
	must(err)
	file, err := os.CreateTemp("", "go")
	must(err)
	must(os.Remove(file.Name()))
	fmt.Println("go works")
}
