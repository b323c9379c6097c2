# Threads, a process pool, asyncio, sqlite, a subprocess, a socket pair, mmap.
import asyncio, concurrent.futures, mmap, multiprocessing, socket, sqlite3, subprocess, tempfile, threading


def square(n):
    return n * n


async def serve_and_ask():
    async def answer(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\n")
    assert await reader.readline() == b"HELLO\n"
    writer.close()
    server.close()


if __name__ == "__main__":
    thread = threading.Thread(target=square, args=(2,))
    thread.start()
    thread.join()
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert list(pool.map(square, range(4))) == [0, 1, 4, 9]
    asyncio.run(serve_and_ask())
    with tempfile.NamedTemporaryFile() as file:
        database = sqlite3.connect(file.name)
        database.execute("create table t (a)")
        database.execute("insert into t values (1)")
        database.commit()
    assert subprocess.run(["sh", "-c", "exit 7"]).returncode == 7
    mmap.mmap(-1, 1 << 20).close()
    multiprocessing.Lock().acquire()
    print("python works")
