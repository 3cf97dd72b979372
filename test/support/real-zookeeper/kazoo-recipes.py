"""Drives a ZooKeeper with kazoo, a client that nobody here wrote: one line a recipe, `name ok` or `name failed: why`.

Usage: kazoo-recipes.py HOST:PORT
"""

import sys
import threading
import time
import traceback
import uuid

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import (
    AuthFailedError,
    BadVersionError,
    InvalidACLError,
    LockTimeout,
    NoAuthError,
    NodeExistsError,
    NoNodeError,
    NotEmptyError,
)
from kazoo.protocol.states import EventType
from kazoo.recipe.barrier import Barrier, DoubleBarrier
from kazoo.recipe.watchers import PatientChildrenWatch
from kazoo.security import make_acl, make_digest_acl

HOSTS = sys.argv[1]
PATIENCE = 15  # seconds


class Clients:
    """Sessions of one recipe, and a folder that no other has."""

    def __init__(self, name):
        self.folder = "/kazoo-%s-%s" % (name, uuid.uuid4().hex[:8])
        self.made = []

    def client(self, timeout=4.0, **options):
        made = KazooClient(hosts=HOSTS, timeout=timeout, **options)
        self.made.append(made)
        made.start(timeout=PATIENCE)
        return made

    def path(self, name):
        return "%s/%s" % (self.folder, name)

    def end(self):
        for made in self.made:
            made.stop()
            made.close()


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain for " + what
        time.sleep(0.005)


def thread(work, *args):
    made = threading.Thread(target=work, args=args, daemon=True)
    made.start()
    return made


def refused(error, work, *args, **options):
    try:
        work(*args, **options)
    except error:
        return
    raise AssertionError("%s was not refused with %s" % (work.__name__, error.__name__))


def znodes(clients):
    zk = clients.client()
    path = clients.path("znode")
    assert zk.create(path, b"one", makepath=True) == path
    data, stat = zk.get(path)
    assert (data, stat.version, stat.data_length) == (b"one", 0, 3)
    assert zk.set(path, b"two").version == 1
    refused(BadVersionError, zk.set, path, b"three", version=0)
    refused(NodeExistsError, zk.create, path)
    refused(NoNodeError, zk.get, clients.path("nothing"))
    refused(NotEmptyError, zk.delete, clients.folder)
    children, stat = zk.get_children(clients.folder, include_data=True)
    assert (children, stat.numChildren, stat.cversion) == (["znode"], 1, 1)
    zk.delete(path)
    assert zk.exists(path) is None
    assert zk.exists(clients.folder).cversion == 2


def create2(clients):
    zk = clients.client()
    path, stat = zk.create(clients.path("e"), b"four", ephemeral=True, makepath=True, include_data=True)
    assert path == clients.path("e")
    assert (stat.version, stat.data_length, stat.owner_session_id) == (0, 4, zk.client_id[0])
    path, stat = zk.create(clients.path("s-"), b"", sequence=True, include_data=True)
    assert path == clients.path("s-0000000001") and stat.czxid == zk.last_zxid


def sequential(clients):
    zk = clients.client()
    zk.ensure_path(clients.folder)
    made = [zk.create(clients.path("n-"), sequence=True)[-10:] for _ in range(3)]
    assert made == ["0000000000", "0000000001", "0000000002"], made


def ephemeral(clients):
    zk, other = clients.client(), clients.client()
    other.create(clients.path("e"), ephemeral=True, makepath=True)
    other.stop()
    assert zk.exists(clients.path("e")) is None


def deletion(clients):
    zk = clients.client()
    zk.ensure_path(clients.folder)
    gone = threading.Event()
    assert zk.sync(clients.folder) == clients.folder
    zk.get_children(clients.folder, watch=lambda event: gone.set())
    zk.delete(clients.folder)
    assert gone.wait(PATIENCE)


def lock(clients):
    first, second = clients.client(), clients.client()
    held = first.Lock(clients.folder, "first")
    waiting = second.Lock(clients.folder, "second")
    held.acquire()
    assert not waiting.acquire(blocking=False)
    refused(LockTimeout, waiting.acquire, timeout=0.05)
    taken = threading.Event()
    waiter = thread(lambda: waiting.acquire() and taken.set())
    until("a contender", lambda: len(held.contenders()) == 2)
    assert held.contenders() == ["first", "second"] and not taken.is_set()
    held.release()
    assert taken.wait(PATIENCE)
    waiter.join(PATIENCE)
    waiting.release()


def read_write_lock(clients):
    one, two, three = (clients.client() for _ in range(3))
    first, second, writer = one.ReadLock(clients.folder), two.ReadLock(clients.folder), three.WriteLock(clients.folder)
    first.acquire()
    second.acquire(timeout=PATIENCE)
    assert not writer.acquire(blocking=False)
    first.release()
    second.release()
    assert writer.acquire(timeout=PATIENCE)
    assert not one.ReadLock(clients.folder).acquire(blocking=False)
    writer.release()


def semaphore(clients):
    one, two, three = (clients.client().Semaphore(clients.folder, max_leases=2) for _ in range(3))
    assert one.acquire(timeout=PATIENCE) and two.acquire(timeout=PATIENCE)
    assert not three.acquire(blocking=False)
    one.release()
    assert three.acquire(timeout=PATIENCE)
    two.release()
    three.release()


def election(clients):
    led = []
    leading = {name: threading.Event() for name in ("first", "second")}
    leave = {name: threading.Event() for name in ("first", "second")}

    def lead(name):
        led.append(name)
        leading[name].set()
        leave[name].wait(PATIENCE)

    first, second = clients.client(), clients.client()
    one = first.Election(clients.folder, "first")
    two = second.Election(clients.folder, "second")
    threads = [thread(one.run, lead, "first")]
    assert leading["first"].wait(PATIENCE)
    threads.append(thread(two.run, lead, "second"))
    until("two contenders", lambda: one.contenders() == ["first", "second"])
    leave["first"].set()
    assert leading["second"].wait(PATIENCE)
    leave["second"].set()
    for each in threads:
        each.join(PATIENCE)
    assert led == ["first", "second"], led


def barrier(clients):
    zk, other = clients.client(), clients.client()
    gate = Barrier(zk, clients.path("barrier"))
    gate.create()
    assert not Barrier(other, clients.path("barrier")).wait(0.05)
    passed = threading.Event()
    thread(lambda: Barrier(other, clients.path("barrier")).wait(PATIENCE) and passed.set())
    gate.remove()
    assert passed.wait(PATIENCE)


def double_barrier(clients):
    both = [DoubleBarrier(clients.client(), clients.folder, 2, "member-%d" % each) for each in range(2)]
    entered = []

    def visit(which):
        both[which].enter()
        entered.append(which)
        until("both to be in", lambda: len(entered) == 2)
        both[which].leave()

    threads = [thread(visit, which) for which in range(2)]
    for each in threads:
        each.join(PATIENCE)
    assert sorted(entered) == [0, 1] and not any(each.is_alive() for each in threads)


def counter(clients):
    counters = [clients.client().Counter(clients.path("counter")) for _ in range(2)]

    def count(which):
        for _ in range(20):
            counters[which].__add__(1)

    threads = [thread(count, which) for which in range(2)]
    for each in threads:
        each.join(PATIENCE)
    counters[0] -= 5
    assert counters[1].value == 35, counters[1].value


def queue(clients):
    line = clients.client().Queue(clients.folder)
    line.put(b"late", priority=200)
    line.put(b"first", priority=10)
    line.put(b"second", priority=10)
    assert len(line) == 3
    assert [line.get() for _ in range(4)] == [b"first", b"second", b"late", None]


def locking_queue(clients):
    producer, consumer = (clients.client().LockingQueue(clients.folder) for _ in range(2))
    got = []
    waiter = thread(lambda: got.append(consumer.get(PATIENCE)))
    producer.put_all([b"one", b"two"])
    waiter.join(PATIENCE)
    assert got == [b"one"] and consumer.holds_lock()
    assert producer.get(0.05) == b"two"
    assert consumer.consume() and producer.consume()
    assert len(producer) == 0


def party(clients):
    one, two = (clients.client().Party(clients.path("party"), name) for name in ("one", "two"))
    one.join()
    two.join()
    assert sorted(one) == ["one", "two"] and len(two) == 2
    one.leave()
    assert list(two) == ["two"]
    shallow = clients.client().ShallowParty(clients.path("shallow"), "three")
    shallow.join()
    assert list(shallow) == ["three"]


def partitioner(clients):
    shares = {"one": [], "two": []}

    def complete():
        return all(shares.values()) and sum(len(share) for share in shares.values()) == 3

    def allocate(zk, name):
        made = zk.SetPartitioner(clients.folder, ("a", "b", "c"), identifier=name, time_boundary=0.2)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not complete():
            shares[name] = list(made) if made.acquired else []
            if made.release:
                made.release_set()
            elif made.allocating:
                made.wait_for_acquire(0.05)
            time.sleep(0.005)

    threads = [thread(allocate, clients.client(), name) for name in shares]
    for each in threads:
        each.join(PATIENCE)
    assert sorted(shares["one"] + shares["two"]) == ["a", "b", "c"], shares


def data_watch(clients):
    zk, other = clients.client(), clients.client()
    seen = []
    path = clients.path("data")

    @zk.DataWatch(path)
    def watch(data, stat, event):
        seen.append((data, event.type if event else None))

    other.create(path, b"1", makepath=True)
    until("its creation", lambda: (b"1", EventType.CREATED) in seen)
    other.set(path, b"2")
    until("its change", lambda: (b"2", EventType.CHANGED) in seen)
    other.delete(path)
    until("its end", lambda: (None, EventType.DELETED) in seen)
    assert seen[0] == (None, None) and len(seen) == 4, seen


def children_watch(clients):
    zk, other = clients.client(), clients.client()
    seen = []
    zk.ensure_path(clients.folder)

    @zk.ChildrenWatch(clients.folder)
    def watch(children):
        seen.append(sorted(children))

    for name in ("a", "b"):
        other.create(clients.path(name))
        until(name, lambda: seen[-1][-1:] == [name])
    other.delete(clients.path("a"))
    until("a to go", lambda: seen[-1] == ["b"])
    assert seen == [[], ["a"], ["a", "b"], ["b"]], seen
    assert PatientChildrenWatch(zk, clients.folder, time_boundary=0.05).start().get(timeout=PATIENCE)[0] == ["b"]


def tree_cache(clients):
    from kazoo.recipe.cache import TreeCache

    zk, other = clients.client(), clients.client()
    other.create(clients.path("a/b"), b"deep", makepath=True)
    cache = TreeCache(zk, clients.folder)
    cache.start()
    until("the cache", lambda: cache.get_data(clients.path("a/b")) is not None)
    other.set(clients.path("a/b"), b"deeper")
    until("the change", lambda: cache.get_data(clients.path("a/b")).data == b"deeper")
    cache.close()


def transaction(clients):
    zk = clients.client()
    zk.ensure_path(clients.folder)
    done = zk.transaction()
    done.create(clients.path("a"), b"a")
    done.create(clients.path("a/s-"), sequence=True)
    done.set_data(clients.path("a"), b"b")
    done.check(clients.path("a"), version=1)
    done.create(clients.path("gone"))
    done.delete(clients.path("gone"))
    answers = done.commit()
    assert answers[:2] == [clients.path("a"), clients.path("a/s-0000000000")], answers
    assert (answers[2].version, answers[3], answers[5]) == (1, True, True), answers
    broken = zk.transaction()
    broken.create(clients.path("never"))
    broken.check(clients.path("a"), version=77)
    broken.create(clients.path("after"))
    kinds = [type(answer).__name__ for answer in broken.commit()]
    assert kinds == ["RolledBackError", "BadVersionError", "RuntimeInconsistency"], kinds
    assert zk.exists(clients.path("never")) is None


def authentication(clients):
    zk = clients.client(auth_data=[("digest", "user:password")])
    zk.add_auth("digest", "other:password")
    acl = make_digest_acl("user", "password", all=True)
    zk.create(clients.path("a"), b"mine", acl=[acl], makepath=True)
    assert zk.get(clients.path("a"))[0] == b"mine"
    acls, stat = zk.get_acls(clients.path("a"))
    assert acls == [acl] and stat.aversion == 0
    more = make_acl("world", "anyone", read=True)
    assert zk.set_acls(clients.path("a"), [acl, more]).aversion == 1
    assert sorted(zk.get_acls(clients.path("a"))[0]) == sorted([acl, more])
    refused(BadVersionError, zk.set_acls, clients.path("a"), [acl], version=0)
    stranger = clients.client()
    assert stranger.get(clients.path("a"))[0] == b"mine"
    refused(NoAuthError, stranger.set, clients.path("a"), b"taken")
    refused(NoAuthError, stranger.create, clients.path("a/below"))
    refused(NoAuthError, stranger.set_acls, clients.path("a"), [more])
    refused(InvalidACLError, stranger.set_acls, clients.path("a"), [make_acl("nobody", "knows", read=True)])
    refused(AuthFailedError, clients.client().add_auth, "nobody", "knows")


def expiry(clients):
    """Another connection takes the session and closes it, which is how ZooKeeper's own tests let one expire."""
    zk, other = clients.client(), clients.client()
    states = []
    zk.add_listener(states.append)
    zk.create(clients.path("e"), ephemeral=True, makepath=True)
    thief = clients.client(client_id=zk.client_id)
    thief.stop()
    until("its ephemeral znode to go", lambda: other.exists(clients.path("e")) is None)
    until("its end", lambda: KazooState.LOST in states)
    until("a new session", lambda: states and states[-1] == KazooState.CONNECTED)
    assert zk.client_id != thief.client_id
    zk.create(clients.path("e"), ephemeral=True)


def timeout(clients):
    """A client that falls silent loses its session after the timeout that was agreed on, not before."""
    other = clients.client()
    silent = clients.client(timeout=1.0)
    states = []
    silent.add_listener(states.append)
    path = silent.create(clients.path("e"), ephemeral=True, makepath=True)
    began = time.monotonic()
    silent._connection._send_ping = lambda connect_timeout: None
    assert other.exists(path).owner_session_id == silent.client_id[0]
    until("the session's end", lambda: other.exists(path) is None)
    assert time.monotonic() - began > 0.5
    until("the client to learn of it", lambda: KazooState.LOST in states)


def reconnect(clients):
    zk, other = clients.client(), clients.client()
    states, told = [], []
    zk.add_listener(states.append)
    zk.create(clients.path("e"), b"1", ephemeral=True, makepath=True)
    session = zk.client_id
    zk.get(clients.path("e"), watch=told.append)
    zk._connection._socket.shutdown(2)
    until("the loss of its connection", lambda: KazooState.SUSPENDED in states)
    until("a new connection", lambda: states[-1] == KazooState.CONNECTED)
    assert zk.client_id == session and KazooState.LOST not in states
    assert other.exists(clients.path("e")) is not None


def commands(clients):
    zk = clients.client()
    assert zk.command(b"ruok") == "imok"
    assert zk.server_version()[:2] == (3, 8), zk.server_version()
    assert "Mode: standalone" in zk.command(b"srvr")


RECIPES = [znodes, create2, sequential, ephemeral, deletion, lock, read_write_lock, semaphore, election, barrier]
RECIPES += [double_barrier, counter, queue, locking_queue, party, partitioner, data_watch, children_watch, tree_cache]
RECIPES += [transaction, authentication, expiry, timeout, reconnect, commands]


def play(recipe):
    clients = Clients(recipe.__name__)
    try:
        recipe(clients)
        line = "%s ok" % recipe.__name__
    except Exception:
        line = "%s failed: %s" % (recipe.__name__, " | ".join(traceback.format_exc().splitlines()[-4:]))
    print(line, flush=True)
    clients.end()


for each in [thread(play, recipe) for recipe in RECIPES]:
    each.join()
