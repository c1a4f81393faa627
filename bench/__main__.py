import asyncio, os, tempfile, json, time, sys
from pathlib import Path
from contextlib import AsyncExitStack
from bench import shop, stage, races, gauges
from bench.drivers import *
import secrets

async def main():
    server = os.environ.get("DSAR_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")
    with shop.database(server) as url, tempfile.TemporaryDirectory(prefix="dsar-bench-") as d, \
         stage.servers(Path(d)/"s", url, (shop.SMALL, shop.MEDIUM)) as held:
        sock_loop = asyncio.get_running_loop()
        async with stage.engine(held, "sqlite", f"sqlite:///{d}/register.db") as eng:
            client = eng.desk.client
            from temporalio.client import Client
            bare_client = await Client.connect(held.temporal.address)
            bd = BareDriver(bare_client)
            transport, _ = await sock_loop.create_datagram_endpoint(lambda: bd, local_addr=("127.0.0.1", 0))
            with stage.bare_worker(held, transport.get_extra_info("sockname")[1]) as bw:
                watch = Watch(eng.desk)
                task = asyncio.create_task(watch.follow())
                ed = EngineDriver(eng.desk, watch, secrets.token_hex(4))
                me = os.getpid()
                print("worker pid", eng.worker.pid, flush=True)
                r = await races.race({"bare": races.of_bare(bd, held, bw.pid, me), "engine": races.of_engine(ed, held, eng.worker.pid, me)}, rounds=int(sys.argv[1]), cases=int(sys.argv[2]), at_once=16)
                print(json.dumps(r, indent=1))
                task.cancel()
t=time.time()
asyncio.run(main())
print("total", time.time()-t)
sys.stdout.flush()
os._exit(0)
