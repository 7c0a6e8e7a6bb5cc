#!/usr/bin/env python3
"""Times imports and exports: benches/import.py LIAISON CONTACTS [DATABASE_URL]

Makes a table of name, e-mail, phone and company (names and companies by Zipf's law), and with an empty database runs the dry run,
the import, the same import again, and an export. Without a URL the database is a new SQLite file. Processor time is that of the
command alone, so on PostgreSQL the server's comes on top.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time

GIVEN = "Maria Anna José Wei Mohammed John Olga Ada Grace Lin Peter Fatima Yuki Ivan Laura Ahmed Sofia Paul Elif Noah".split()
FAMILY = "Smith Garcia Müller Nguyen Wang Kim Ivanova Silva Khan Lovelace Hopper Sato Rossi Novak Haddad Jones".split()


def zipf(count, rng):
    """A number below `count`; small ones are frequent."""
    return min(int(rng.paretovariate(1.05)) - 1, count - 1)


def write_table(path, contacts):
    rng = random.Random(1)
    with open(path, "w", encoding="utf-8") as table:
        table.write("Name,Email,Phone,Company\n")
        for number in range(contacts):
            given, family = GIVEN[zipf(len(GIVEN), rng)], FAMILY[zipf(len(FAMILY), rng)]
            initials = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(2))
            table.write(
                f"{given} {initials.upper()} {family},{initials}{number}@mail.example,"
                f"+44 20 {rng.randrange(10000):04} {rng.randrange(10000):04},Company {zipf(contacts // 10 + 1, rng)}\n"
            )


def timed(what, contacts, command, env):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    out = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    took, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last = next((line for line in out.splitlines() if "rows:" in line), "")
    print(f"{what:12} {took:7.1f} s  {contacts / took:9.0f} rows/s  cpu {cpu:6.1f} s  {after.ru_maxrss / 1024:5.0f} MB  {last}")


def main():
    liaison, contacts = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[3] if len(sys.argv) > 3 else f"sqlite://{folder}/import.db"
        env = {**os.environ, "DATABASE_URL": url}
        table = f"{folder}/people.csv"
        write_table(table, contacts)
        subprocess.run([liaison, "migrate"], env=env, check=True, capture_output=True)
        timed("dry run", contacts, [liaison, "import", table, "--dry-run"], env)
        timed("import", contacts, [liaison, "import", table], env)
        timed("again", contacts, [liaison, "import", table], env)
        timed("export csv", contacts, [liaison, "export", f"{folder}/out.csv"], env)
        timed("export vcard", contacts, [liaison, "export", "--format", "vcard4", f"{folder}/out.vcf"], env)


main()
