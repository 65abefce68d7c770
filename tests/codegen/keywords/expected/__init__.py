"""World keywords of cases:keywords"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.and_ import And
from .exports.as_ import As
from .exports.assert_ import Assert
from .exports.async_ import Async
from .exports.await_ import Await
from .exports.break_ import Break
from .exports.case import Case
from .exports.class_ import Class
from .exports.classes import Classes
from .exports.continue_ import Continue
from .exports.def_ import Def
from .exports.del_ import Del
from .exports.elif_ import Elif
from .exports.else_ import Else
from .exports.except_ import Except
from .exports.false import False_
from .exports.finally_ import Finally
from .exports.for_ import For
from .exports.from_ import From
from .exports.functions import Functions
from .exports.global_ import Global
from .exports.if_ import If
from .exports.import_ import Import
from .exports.in_ import In
from .exports.is_ import Is
from .exports.lambda_ import Lambda
from .exports.list import List
from .exports.match import Match
from .exports.methods import Methods
from .exports.none import None_
from .exports.nonlocal_ import Nonlocal
from .exports.not_ import Not
from .exports.object import Object
from .exports.or_ import Or
from .exports.pass_ import Pass
from .exports.print import Print
from .exports.raise_ import Raise
from .exports.return_ import Return
from .exports.self import Self
from .exports.set import Set
from .exports.str import Str
from .exports.super import Super
from .exports.true import True_
from .exports.try_ import Try
from .exports.type import Type
from .exports.while_ import While
from .exports.with_ import With
from .exports.words import Words
from .exports.yield_ import Yield
from .imports.classes import Classes as ClassesImport
from .imports.functions import Functions as FunctionsImport
from .imports.methods import Methods as MethodsImport
from .imports.words import Words as WordsImport

__all__ = ["Keywords", "KeywordsImports"]


@dataclass(kw_only=True, slots=True)
class KeywordsImports:
    """What the host gives to world keywords."""

    words: WordsImport
    functions: FunctionsImport
    methods: MethodsImport
    classes: ClassesImport
    abs: Callable[[builtins.int], builtins.int]
    aiter: Callable[[builtins.int], builtins.int]
    all: Callable[[builtins.int], builtins.int]
    anext: Callable[[builtins.int], builtins.int]
    any: Callable[[builtins.int], builtins.int]
    ascii: Callable[[builtins.int], builtins.int]
    bin: Callable[[builtins.int], builtins.int]
    bool: Callable[[builtins.int], builtins.int]
    breakpoint: Callable[[builtins.int], builtins.int]
    bytearray: Callable[[builtins.int], builtins.int]
    bytes: Callable[[builtins.int], builtins.int]
    callable: Callable[[builtins.int], builtins.int]
    chr: Callable[[builtins.int], builtins.int]
    classmethod: Callable[[builtins.int], builtins.int]
    compile: Callable[[builtins.int], builtins.int]
    complex: Callable[[builtins.int], builtins.int]
    copyright: Callable[[builtins.int], builtins.int]
    credits: Callable[[builtins.int], builtins.int]
    delattr: Callable[[builtins.int], builtins.int]
    dict: Callable[[builtins.int], builtins.int]
    dir: Callable[[builtins.int], builtins.int]
    divmod: Callable[[builtins.int], builtins.int]
    enumerate: Callable[[builtins.int], builtins.int]
    eval: Callable[[builtins.int], builtins.int]
    exec: Callable[[builtins.int], builtins.int]
    exit: Callable[[builtins.int], builtins.int]
    filter: Callable[[builtins.int], builtins.int]
    float: Callable[[builtins.int], builtins.int]
    format: Callable[[builtins.int], builtins.int]
    frozenset: Callable[[builtins.int], builtins.int]
    getattr: Callable[[builtins.int], builtins.int]
    globals: Callable[[builtins.int], builtins.int]
    hasattr: Callable[[builtins.int], builtins.int]
    hash: Callable[[builtins.int], builtins.int]
    help: Callable[[builtins.int], builtins.int]
    hex: Callable[[builtins.int], builtins.int]
    id: Callable[[builtins.int], builtins.int]
    input: Callable[[builtins.int], builtins.int]
    int: Callable[[builtins.int], builtins.int]
    isinstance: Callable[[builtins.int], builtins.int]


class Keywords:
    """World keywords of cases:keywords"""

    words: Words
    functions: Functions
    methods: Methods
    classes: Classes
    and_: And
    as_: As
    assert_: Assert
    async_: Async
    await_: Await
    break_: Break
    class_: Class
    continue_: Continue
    def_: Def
    del_: Del
    elif_: Elif
    else_: Else
    except_: Except
    false: False_
    finally_: Finally
    for_: For
    from_: From
    global_: Global
    if_: If
    import_: Import
    in_: In
    is_: Is
    lambda_: Lambda
    none: None_
    nonlocal_: Nonlocal
    not_: Not
    or_: Or
    pass_: Pass
    raise_: Raise
    return_: Return
    true: True_
    try_: Try
    while_: While
    with_: With
    yield_: Yield
    case: Case
    match: Match
    type: Type
    print: Print
    self: Self
    list: List
    str: Str
    object: Object
    set: Set
    super: Super

    def __init__(self, store: dovetail.Store, imports: KeywordsImports) -> None:
        bind(self, __name__, store, imports, fingerprint="fd5528eca1520f28")

    def abs(self, abs: builtins.int) -> builtins.int:
        """export abs"""
        raise NotImplementedError

    def aiter(self, aiter: builtins.int) -> builtins.int:
        """export aiter"""
        raise NotImplementedError

    def all(self, all: builtins.int) -> builtins.int:
        """export all"""
        raise NotImplementedError

    def anext(self, anext: builtins.int) -> builtins.int:
        """export anext"""
        raise NotImplementedError

    def any(self, any: builtins.int) -> builtins.int:
        """export any"""
        raise NotImplementedError

    def ascii(self, ascii: builtins.int) -> builtins.int:
        """export ascii"""
        raise NotImplementedError

    def bin(self, bin: builtins.int) -> builtins.int:
        """export bin"""
        raise NotImplementedError

    def bool(self, bool: builtins.int) -> builtins.int:
        """export bool"""
        raise NotImplementedError

    def breakpoint(self, breakpoint: builtins.int) -> builtins.int:
        """export breakpoint"""
        raise NotImplementedError

    def bytearray(self, bytearray: builtins.int) -> builtins.int:
        """export bytearray"""
        raise NotImplementedError

    def bytes(self, bytes: builtins.int) -> builtins.int:
        """export bytes"""
        raise NotImplementedError

    def callable(self, callable: builtins.int) -> builtins.int:
        """export callable"""
        raise NotImplementedError

    def chr(self, chr: builtins.int) -> builtins.int:
        """export chr"""
        raise NotImplementedError

    def classmethod(self, classmethod: builtins.int) -> builtins.int:
        """export classmethod"""
        raise NotImplementedError

    def compile(self, compile: builtins.int) -> builtins.int:
        """export compile"""
        raise NotImplementedError

    def complex(self, complex: builtins.int) -> builtins.int:
        """export complex"""
        raise NotImplementedError

    def copyright(self, copyright: builtins.int) -> builtins.int:
        """export copyright"""
        raise NotImplementedError

    def credits(self, credits: builtins.int) -> builtins.int:
        """export credits"""
        raise NotImplementedError

    def delattr(self, delattr: builtins.int) -> builtins.int:
        """export delattr"""
        raise NotImplementedError

    def dict(self, dict: builtins.int) -> builtins.int:
        """export dict"""
        raise NotImplementedError

    def dir(self, dir: builtins.int) -> builtins.int:
        """export dir"""
        raise NotImplementedError

    def divmod(self, divmod: builtins.int) -> builtins.int:
        """export divmod"""
        raise NotImplementedError

    def enumerate(self, enumerate: builtins.int) -> builtins.int:
        """export enumerate"""
        raise NotImplementedError

    def eval(self, eval: builtins.int) -> builtins.int:
        """export eval"""
        raise NotImplementedError

    def exec(self, exec: builtins.int) -> builtins.int:
        """export exec"""
        raise NotImplementedError

    def exit(self, exit: builtins.int) -> builtins.int:
        """export exit"""
        raise NotImplementedError

    def filter(self, filter: builtins.int) -> builtins.int:
        """export filter"""
        raise NotImplementedError

    def float(self, float: builtins.int) -> builtins.int:
        """export float"""
        raise NotImplementedError

    def format(self, format: builtins.int) -> builtins.int:
        """export format"""
        raise NotImplementedError

    def frozenset(self, frozenset: builtins.int) -> builtins.int:
        """export frozenset"""
        raise NotImplementedError

    def getattr(self, getattr: builtins.int) -> builtins.int:
        """export getattr"""
        raise NotImplementedError

    def globals(self, globals: builtins.int) -> builtins.int:
        """export globals"""
        raise NotImplementedError

    def hasattr(self, hasattr: builtins.int) -> builtins.int:
        """export hasattr"""
        raise NotImplementedError

    def hash(self, hash: builtins.int) -> builtins.int:
        """export hash"""
        raise NotImplementedError

    def help(self, help: builtins.int) -> builtins.int:
        """export help"""
        raise NotImplementedError

    def hex(self, hex: builtins.int) -> builtins.int:
        """export hex"""
        raise NotImplementedError

    def id(self, id: builtins.int) -> builtins.int:
        """export id"""
        raise NotImplementedError

    def input(self, input: builtins.int) -> builtins.int:
        """export input"""
        raise NotImplementedError

    def int(self, int: builtins.int) -> builtins.int:
        """export int"""
        raise NotImplementedError

    def isinstance(self, isinstance: builtins.int) -> builtins.int:
        """export isinstance"""
        raise NotImplementedError
