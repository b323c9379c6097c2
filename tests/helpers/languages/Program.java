// Threads, a child process, sockets, files, a garbage collection.
import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.util.concurrent.*;
import java.util.stream.*;

public class Program {
	public static void main(String[] args) throws Exception {
		ExecutorService pool = Executors.newFixedThreadPool(8);
		if (pool.submit(() -> IntStream.range(0, 1000).parallel().sum()).get() != 499500)
			throw new Exception("threads");
		pool.shutdown();

		if (new ProcessBuilder("sh", "-c", "exit 7").start().waitFor() != 7)
			throw new Exception("child");

		try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
		     Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
		     Socket accepted = server.accept()) {
			accepted.getOutputStream().write('x');
			if (client.getInputStream().read() != 'x')
				throw new Exception("socket");
		}
		Path file = Files.createTempFile("java", null);
		Files.writeString(file, "text");
		Files.delete(file);
		System.gc();
		System.out.println("java works");
	}
}
