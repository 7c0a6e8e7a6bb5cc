#!/usr/bin/env python3
"""Checks that the files of `src/` use one another downwards only, and that each file with code is compiled.

Prints each circle of files, each arrow up between layers and each file that no module declares, and fails when there is one. A use is a `crate::`, `super::` or
`self::` path outside of tests; a parent module that only declares and re-exports its children is not used by them through
that.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
# Folders with the root of a crate, or of a test's.
CRATES = [SOURCE, ROOT / "tests" / "it", ROOT / "migration" / "src"]

# From the top to the ground; modules of one line may not use one another.
LAYERS = [
    ["main"],
    ["lib"],
    ["cli"],
    ["backup", "doctor"],
    ["app", "background"],
    ["http", "webhooks"],
    ["engine"],
    ["graphql"],
    ["mail", "oidc", "quota"],
    ["throttle"],
    ["domain"],
    ["storage"],
    ["entity"],
    ["config", "clock"],
    ["outbound", "public_url", "resources"],
    ["card"],
    ["origin", "telemetry"],
]


def files():
    """Each module's path, such as ('domain', 'page'), and its file."""
    for file in sorted(SOURCE.rglob("*.rs")):
        parts = list(file.relative_to(SOURCE).with_suffix("").parts)
        yield tuple(parts[:-1] if parts[-1] == "mod" else parts), file


def without_tests(text):
    text = re.sub(r"//[^\n]*|\bpub\(in [\w:]+\)", "", text)
    return text.split("#[cfg(test)]\nmod ")[0]


def expand(tree):
    """The paths of a use tree, such as a::{b, c::d}."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace < 0:
        yield [part.strip() for part in tree.split(" as ")[0].split("::")]
        return
    head = [part.strip() for part in tree[:brace].split("::") if part.strip()]
    depth, start, inner = 0, 0, tree[brace + 1 : tree.rindex("}")]
    for at, sign in enumerate(inner + ","):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            if inner[start:at].strip():
                for rest in expand(inner[start:at]):
                    yield head + rest
            start = at + 1


def uses(text, children):
    """All paths that begin at the crate, a parent, the module itself or one of its children."""
    for child in children:
        for path in re.findall(rf"(?<![\w:])({child}(?:::\w+)+)", text):
            yield ["self", *path.split("::")]
        for tree in re.findall(rf"\buse\s+({child}::[^;]+);", text):
            yield from (["self", *path] for path in expand(tree))
    for declaration in re.findall(r"\buse\s+((?:crate|super|self)::[^;]+);", text):
        yield from expand(declaration)
    rest = re.sub(r"\buse\s[^;]+;", "", text)
    for path in re.findall(r"\b(?:crate|super)(?:::\w+)+", rest):
        yield path.split("::")


def resolve(module, path, modules, exports):
    """The module that a path leads to, through re-exports; none when it leads out of the crate."""
    at = [] if path[0] == "crate" else list(module)
    rest = list(path[1:]) if path[0] in ("crate", "self") else list(path)
    while rest and rest[0] == "super":
        at, rest = at[:-1], rest[1:]
    while rest and tuple(at + [rest[0]]) in modules:
        at.append(rest.pop(0))
    found = tuple(at)
    target = exports.get(found, {}).get(rest[0]) if rest else None
    # A name that comes from another crate leads nowhere else.
    is_own = target and (target[0] in ("crate", "super") or (*found, target[1]) in modules)
    return resolve(found, target, modules, exports) if is_own else found


def graph():
    texts = {module: without_tests(file.read_text()) for module, file in files()}
    # A name that a module only passes on leads to the file that has it.
    exports = {}
    for module, text in texts.items():
        for declaration in re.findall(r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);", text):
            for path in expand(declaration):
                if path[0] not in ("crate", "super", "self"):
                    path = ["self", *path]
                exports.setdefault(module, {})[path[-1] if path[-1] != "self" else path[-2]] = path
    arrows = {}
    for module, text in texts.items():
        text = re.sub(r"\bpub(?:\([^)]*\))?\s+use\s[^;]+;", "", text)
        children = [other[-1] for other in texts if other and other[:-1] == module]
        for path in uses(text, children):
            target = resolve(module, path, texts, exports)
            if target and target != module:
                arrows.setdefault(module, set()).add(target)
    return {module: arrows.get(module, set()) for module in texts}


def circles(arrows):
    """The strongly connected components of more than one file (Tarjan's algorithm)."""
    index, low, stack, on_stack, found = {}, {}, [], set(), []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for target in sorted(arrows[node]):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in on_stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            component = []
            while True:
                component.append(stack.pop())
                on_stack.discard(component[-1])
                if component[-1] == node:
                    break
            if len(component) > 1:
                found.append(sorted(component))

    sys.setrecursionlimit(10_000)
    for node in sorted(arrows):
        if node not in index:
            visit(node)
    return found


def undeclared():
    """Files that the module above them does not declare. The compiler passes over them without a word."""
    for crate in CRATES:
        for file in sorted(crate.rglob("*.rs")):
            module = file.parent if file.stem == "mod" else file.with_suffix("")
            if module.parent == crate and module.name in ("lib", "main"):
                continue
            above = [module.parent / f"{name}.rs" for name in ("mod", "lib", "main")]
            above.append(module.parent.with_suffix(".rs"))
            declaration = re.compile(rf"\bmod {module.name}\s*[;{{]")
            if not any(other.exists() and declaration.search(other.read_text()) for other in above):
                yield str(file.relative_to(ROOT))


def main():
    layer = {name: number for number, names in enumerate(LAYERS) for name in names}
    arrows = graph()
    faults = [f"no module: {file}" for file in undeclared()]
    for module, targets in arrows.items():
        for target in sorted(targets):
            above, below = (layer.get(path[0] if path else "lib") for path in (module, target))
            if above is None or below is None:
                faults.append(f"no layer: {'::'.join(module)} -> {'::'.join(target)}")
            elif module[:1] != target[:1] and above >= below:
                faults.append(f"arrow up: {'::'.join(module)} -> {'::'.join(target)}")
    for circle in circles(arrows):
        faults.append("circle: " + ", ".join("::".join(module) for module in circle))
    print("\n".join(faults) or f"{len(arrows)} files, no circle and no arrow up")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
