"""cases:keywords/words"""

from __future__ import annotations

import builtins as _builtins
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

__all__ = [
    "Bits",
    "Cases",
    "Fields",
    "Payloads",
    "Payloads_Abs",
    "Payloads_Abstractmethods",
    "Payloads_Aiter",
    "Payloads_All",
    "Payloads_And",
    "Payloads_Anext",
    "Payloads_Annotations",
    "Payloads_Any",
    "Payloads_Args",
    "Payloads_As",
    "Payloads_Ascii",
    "Payloads_Assert",
    "Payloads_Async",
    "Payloads_Await",
    "Payloads_Bases",
    "Payloads_Bin",
    "Payloads_Bool",
    "Payloads_Break",
    "Payloads_Breakpoint",
    "Payloads_Builtins",
    "Payloads_Bytearray",
    "Payloads_Bytes",
    "Payloads_Call",
    "Payloads_Callable",
    "Payloads_Case",
    "Payloads_Chr",
    "Payloads_Class",
    "Payloads_ClassGetitem",
    "Payloads_Classmethod",
    "Payloads_Cls",
    "Payloads_Compile",
    "Payloads_Complex",
    "Payloads_Continue",
    "Payloads_Copyright",
    "Payloads_Credits",
    "Payloads_DataclassFields",
    "Payloads_DataclassParams",
    "Payloads_Def",
    "Payloads_Del",
    "Payloads_Delattr",
    "Payloads_Dict",
    "Payloads_Dir",
    "Payloads_Divmod",
    "Payloads_Doc",
    "Payloads_Elif",
    "Payloads_Else",
    "Payloads_Enter",
    "Payloads_Enumerate",
    "Payloads_Eq",
    "Payloads_Eval",
    "Payloads_Except",
    "Payloads_Exec",
    "Payloads_Exit",
    "Payloads_False_",
    "Payloads_File",
    "Payloads_Filter",
    "Payloads_Finally",
    "Payloads_Float",
    "Payloads_For",
    "Payloads_Format",
    "Payloads_From",
    "Payloads_Frozenset",
    "Payloads_Getattr",
    "Payloads_Global",
    "Payloads_Globals",
    "Payloads_Hasattr",
    "Payloads_Hash",
    "Payloads_Help",
    "Payloads_Hex",
    "Payloads_Id",
    "Payloads_If",
    "Payloads_Import",
    "Payloads_In",
    "Payloads_Init",
    "Payloads_Input",
    "Payloads_Int",
    "Payloads_Is",
    "Payloads_Isinstance",
    "Payloads_Issubclass",
    "Payloads_Iter",
    "Payloads_Kwargs",
    "Payloads_Lambda",
    "Payloads_Len",
    "Payloads_License",
    "Payloads_List",
    "Payloads_Loader",
    "Payloads_Locals",
    "Payloads_Map",
    "Payloads_Match",
    "Payloads_MatchArgs",
    "Payloads_Max",
    "Payloads_Members",
    "Payloads_Memoryview",
    "Payloads_Min",
    "Payloads_Module",
    "Payloads_Mro",
    "Payloads_Name",
    "Payloads_Ne",
    "Payloads_New",
    "Payloads_Next",
    "Payloads_None_",
    "Payloads_Nonlocal",
    "Payloads_Not",
    "Payloads_Object",
    "Payloads_Oct",
    "Payloads_Open",
    "Payloads_Or",
    "Payloads_Ord",
    "Payloads_Order",
    "Payloads_OrigBases",
    "Payloads_Parameters",
    "Payloads_Pass",
    "Payloads_Path",
    "Payloads_PostInit",
    "Payloads_Pow",
    "Payloads_Print",
    "Payloads_Property",
    "Payloads_ProtocolAttrs",
    "Payloads_Qualname",
    "Payloads_Quit",
    "Payloads_Raise",
    "Payloads_Range",
    "Payloads_Repr",
    "Payloads_Return",
    "Payloads_Reversed",
    "Payloads_Round",
    "Payloads_Self",
    "Payloads_Set",
    "Payloads_Setattr",
    "Payloads_Slice",
    "Payloads_Slots",
    "Payloads_Sorted",
    "Payloads_Spec",
    "Payloads_Staticmethod",
    "Payloads_Str",
    "Payloads_Subclasses",
    "Payloads_Sum",
    "Payloads_Super",
    "Payloads_True_",
    "Payloads_Try",
    "Payloads_Tuple",
    "Payloads_Type",
    "Payloads_Value",
    "Payloads_Vars",
    "Payloads_While",
    "Payloads_With",
    "Payloads_Wrapped",
    "Payloads_Yield",
    "Payloads_Zip",
    "Words",
]


@dataclass(frozen=True, slots=True)
class Fields:
    """record fields"""

    and_: _builtins.int  # u8
    as_: _builtins.int  # u8
    assert_: _builtins.int  # u8
    async_: _builtins.int  # u8
    await_: _builtins.int  # u8
    break_: _builtins.int  # u8
    class_: _builtins.int  # u8
    continue_: _builtins.int  # u8
    def_: _builtins.int  # u8
    del_: _builtins.int  # u8
    elif_: _builtins.int  # u8
    else_: _builtins.int  # u8
    except_: _builtins.int  # u8
    false: _builtins.int  # u8
    finally_: _builtins.int  # u8
    for_: _builtins.int  # u8
    from_: _builtins.int  # u8
    global_: _builtins.int  # u8
    if_: _builtins.int  # u8
    import_: _builtins.int  # u8
    in_: _builtins.int  # u8
    is_: _builtins.int  # u8
    lambda_: _builtins.int  # u8
    none: _builtins.int  # u8
    nonlocal_: _builtins.int  # u8
    not_: _builtins.int  # u8
    or_: _builtins.int  # u8
    pass_: _builtins.int  # u8
    raise_: _builtins.int  # u8
    return_: _builtins.int  # u8
    true: _builtins.int  # u8
    try_: _builtins.int  # u8
    while_: _builtins.int  # u8
    with_: _builtins.int  # u8
    yield_: _builtins.int  # u8
    case: _builtins.int  # u8
    match: _builtins.int  # u8
    abs: _builtins.int  # u8
    aiter: _builtins.int  # u8
    all: _builtins.int  # u8
    anext: _builtins.int  # u8
    any: _builtins.int  # u8
    ascii: _builtins.int  # u8
    bin: _builtins.int  # u8
    bool: _builtins.int  # u8
    breakpoint: _builtins.int  # u8
    bytearray: _builtins.int  # u8
    bytes: _builtins.int  # u8
    callable: _builtins.int  # u8
    chr: _builtins.int  # u8
    classmethod: _builtins.int  # u8
    compile: _builtins.int  # u8
    complex: _builtins.int  # u8
    copyright: _builtins.int  # u8
    credits: _builtins.int  # u8
    delattr: _builtins.int  # u8
    dict: _builtins.int  # u8
    dir: _builtins.int  # u8
    divmod: _builtins.int  # u8
    enumerate: _builtins.int  # u8
    eval: _builtins.int  # u8
    exec: _builtins.int  # u8
    exit: _builtins.int  # u8
    filter: _builtins.int  # u8
    float: _builtins.int  # u8
    format: _builtins.int  # u8
    frozenset: _builtins.int  # u8
    getattr: _builtins.int  # u8
    globals: _builtins.int  # u8
    hasattr: _builtins.int  # u8
    hash: _builtins.int  # u8
    help: _builtins.int  # u8
    hex: _builtins.int  # u8
    id: _builtins.int  # u8
    input: _builtins.int  # u8
    int: _builtins.int  # u8
    isinstance: _builtins.int  # u8
    issubclass: _builtins.int  # u8
    iter: _builtins.int  # u8
    len: _builtins.int  # u8
    license: _builtins.int  # u8
    list: _builtins.int  # u8
    locals: _builtins.int  # u8
    map: _builtins.int  # u8
    max: _builtins.int  # u8
    memoryview: _builtins.int  # u8
    min: _builtins.int  # u8
    next: _builtins.int  # u8
    object: _builtins.int  # u8
    oct: _builtins.int  # u8
    open: _builtins.int  # u8
    ord: _builtins.int  # u8
    pow: _builtins.int  # u8
    print: _builtins.int  # u8
    property: _builtins.int  # u8
    quit: _builtins.int  # u8
    range: _builtins.int  # u8
    repr: _builtins.int  # u8
    reversed: _builtins.int  # u8
    round: _builtins.int  # u8
    set: _builtins.int  # u8
    setattr: _builtins.int  # u8
    slice: _builtins.int  # u8
    sorted: _builtins.int  # u8
    staticmethod: _builtins.int  # u8
    str: _builtins.int  # u8
    sum: _builtins.int  # u8
    super: _builtins.int  # u8
    tuple: _builtins.int  # u8
    type: _builtins.int  # u8
    vars: _builtins.int  # u8
    zip: _builtins.int  # u8
    self_: _builtins.int  # u8
    cls: _builtins.int  # u8
    args: _builtins.int  # u8
    kwargs: _builtins.int  # u8
    init: _builtins.int  # u8
    new: _builtins.int  # u8
    name: _builtins.int  # u8
    qualname: _builtins.int  # u8
    module: _builtins.int  # u8
    doc: _builtins.int  # u8
    slots: _builtins.int  # u8
    class_getitem: _builtins.int  # u8
    annotations: _builtins.int  # u8
    bases: _builtins.int  # u8
    mro_: _builtins.int  # u8
    subclasses: _builtins.int  # u8
    match_args: _builtins.int  # u8
    post_init: _builtins.int  # u8
    dataclass_fields: _builtins.int  # u8
    dataclass_params: _builtins.int  # u8
    eq: _builtins.int  # u8
    ne: _builtins.int  # u8
    call: _builtins.int  # u8
    enter: _builtins.int  # u8
    abstractmethods: _builtins.int  # u8
    protocol_attrs: _builtins.int  # u8
    orig_bases: _builtins.int  # u8
    parameters: _builtins.int  # u8
    file: _builtins.int  # u8
    path: _builtins.int  # u8
    spec: _builtins.int  # u8
    loader: _builtins.int  # u8
    builtins: _builtins.int  # u8
    wrapped: _builtins.int  # u8
    value: _builtins.int  # u8
    members: _builtins.int  # u8
    order: _builtins.int  # u8


class Cases(enum.Enum):
    """enum cases"""

    AND = 0
    AS = 1
    ASSERT = 2
    ASYNC = 3
    AWAIT = 4
    BREAK = 5
    CLASS = 6
    CONTINUE = 7
    DEF = 8
    DEL = 9
    ELIF = 10
    ELSE = 11
    EXCEPT = 12
    FALSE = 13
    FINALLY = 14
    FOR = 15
    FROM = 16
    GLOBAL = 17
    IF = 18
    IMPORT = 19
    IN = 20
    IS = 21
    LAMBDA = 22
    NONE = 23
    NONLOCAL = 24
    NOT = 25
    OR = 26
    PASS = 27
    RAISE = 28
    RETURN = 29
    TRUE = 30
    TRY = 31
    WHILE = 32
    WITH = 33
    YIELD = 34
    CASE = 35
    MATCH = 36
    ABS = 37
    AITER = 38
    ALL = 39
    ANEXT = 40
    ANY = 41
    ASCII = 42
    BIN = 43
    BOOL = 44
    BREAKPOINT = 45
    BYTEARRAY = 46
    BYTES = 47
    CALLABLE = 48
    CHR = 49
    CLASSMETHOD = 50
    COMPILE = 51
    COMPLEX = 52
    COPYRIGHT = 53
    CREDITS = 54
    DELATTR = 55
    DICT = 56
    DIR = 57
    DIVMOD = 58
    ENUMERATE = 59
    EVAL = 60
    EXEC = 61
    EXIT = 62
    FILTER = 63
    FLOAT = 64
    FORMAT = 65
    FROZENSET = 66
    GETATTR = 67
    GLOBALS = 68
    HASATTR = 69
    HASH = 70
    HELP = 71
    HEX = 72
    ID = 73
    INPUT = 74
    INT = 75
    ISINSTANCE = 76
    ISSUBCLASS = 77
    ITER = 78
    LEN = 79
    LICENSE = 80
    LIST = 81
    LOCALS = 82
    MAP = 83
    MAX = 84
    MEMORYVIEW = 85
    MIN = 86
    NEXT = 87
    OBJECT = 88
    OCT = 89
    OPEN = 90
    ORD = 91
    POW = 92
    PRINT = 93
    PROPERTY = 94
    QUIT = 95
    RANGE = 96
    REPR = 97
    REVERSED = 98
    ROUND = 99
    SET = 100
    SETATTR = 101
    SLICE = 102
    SORTED = 103
    STATICMETHOD = 104
    STR = 105
    SUM = 106
    SUPER = 107
    TUPLE = 108
    TYPE = 109
    VARS = 110
    ZIP = 111
    SELF = 112
    CLS = 113
    ARGS = 114
    KWARGS = 115
    INIT = 116
    NEW = 117
    NAME = 118
    QUALNAME = 119
    MODULE = 120
    DOC = 121
    SLOTS = 122
    CLASS_GETITEM = 123
    ANNOTATIONS = 124
    BASES = 125
    MRO = 126
    SUBCLASSES = 127
    MATCH_ARGS = 128
    POST_INIT = 129
    DATACLASS_FIELDS = 130
    DATACLASS_PARAMS = 131
    EQ = 132
    NE = 133
    CALL = 134
    ENTER = 135
    ABSTRACTMETHODS = 136
    PROTOCOL_ATTRS = 137
    ORIG_BASES = 138
    PARAMETERS = 139
    FILE = 140
    PATH = 141
    SPEC = 142
    LOADER = 143
    BUILTINS = 144
    WRAPPED = 145
    VALUE = 146
    MEMBERS = 147
    ORDER = 148


@dataclass(frozen=True, slots=True)
class Payloads_And:
    """payloads.and"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_As:
    """payloads.as"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Assert:
    """payloads.assert"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Async:
    """payloads.async"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Await:
    """payloads.await"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Break:
    """payloads.break"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Class:
    """payloads.class"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Continue:
    """payloads.continue"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Def:
    """payloads.def"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Del:
    """payloads.del"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Elif:
    """payloads.elif"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Else:
    """payloads.else"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Except:
    """payloads.except"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_False_:
    """payloads.false"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Finally:
    """payloads.finally"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_For:
    """payloads.for"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_From:
    """payloads.from"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Global:
    """payloads.global"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_If:
    """payloads.if"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Import:
    """payloads.import"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_In:
    """payloads.in"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Is:
    """payloads.is"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Lambda:
    """payloads.lambda"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_None_:
    """payloads.none"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Nonlocal:
    """payloads.nonlocal"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Not:
    """payloads.not"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Or:
    """payloads.or"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Pass:
    """payloads.pass"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Raise:
    """payloads.raise"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Return:
    """payloads.return"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_True_:
    """payloads.true"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Try:
    """payloads.try"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_While:
    """payloads.while"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_With:
    """payloads.with"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Yield:
    """payloads.yield"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Case:
    """payloads.case"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Match:
    """payloads.match"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Abs:
    """payloads.abs"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Aiter:
    """payloads.aiter"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_All:
    """payloads.all"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Anext:
    """payloads.anext"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Any:
    """payloads.any"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Ascii:
    """payloads.ascii"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Bin:
    """payloads.bin"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Bool:
    """payloads.bool"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Breakpoint:
    """payloads.breakpoint"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Bytearray:
    """payloads.bytearray"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Bytes:
    """payloads.bytes"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Callable:
    """payloads.callable"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Chr:
    """payloads.chr"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Classmethod:
    """payloads.classmethod"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Compile:
    """payloads.compile"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Complex:
    """payloads.complex"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Copyright:
    """payloads.copyright"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Credits:
    """payloads.credits"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Delattr:
    """payloads.delattr"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Dict:
    """payloads.dict"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Dir:
    """payloads.dir"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Divmod:
    """payloads.divmod"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Enumerate:
    """payloads.enumerate"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Eval:
    """payloads.eval"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Exec:
    """payloads.exec"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Exit:
    """payloads.exit"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Filter:
    """payloads.filter"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Float:
    """payloads.float"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Format:
    """payloads.format"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Frozenset:
    """payloads.frozenset"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Getattr:
    """payloads.getattr"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Globals:
    """payloads.globals"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Hasattr:
    """payloads.hasattr"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Hash:
    """payloads.hash"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Help:
    """payloads.help"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Hex:
    """payloads.hex"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Id:
    """payloads.id"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Input:
    """payloads.input"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Int:
    """payloads.int"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Isinstance:
    """payloads.isinstance"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Issubclass:
    """payloads.issubclass"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Iter:
    """payloads.iter"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Len:
    """payloads.len"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_License:
    """payloads.license"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_List:
    """payloads.list"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Locals:
    """payloads.locals"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Map:
    """payloads.map"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Max:
    """payloads.max"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Memoryview:
    """payloads.memoryview"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Min:
    """payloads.min"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Next:
    """payloads.next"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Object:
    """payloads.object"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Oct:
    """payloads.oct"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Open:
    """payloads.open"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Ord:
    """payloads.ord"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Pow:
    """payloads.pow"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Print:
    """payloads.print"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Property:
    """payloads.property"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Quit:
    """payloads.quit"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Range:
    """payloads.range"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Repr:
    """payloads.repr"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Reversed:
    """payloads.reversed"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Round:
    """payloads.round"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Set:
    """payloads.set"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Setattr:
    """payloads.setattr"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Slice:
    """payloads.slice"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Sorted:
    """payloads.sorted"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Staticmethod:
    """payloads.staticmethod"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Str:
    """payloads.str"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Sum:
    """payloads.sum"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Super:
    """payloads.super"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Tuple:
    """payloads.tuple"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Type:
    """payloads.type"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Vars:
    """payloads.vars"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Zip:
    """payloads.zip"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Self:
    """payloads.self"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Cls:
    """payloads.cls"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Args:
    """payloads.args"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Kwargs:
    """payloads.kwargs"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Init:
    """payloads.init"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_New:
    """payloads.new"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Name:
    """payloads.name"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Qualname:
    """payloads.qualname"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Module:
    """payloads.module"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Doc:
    """payloads.doc"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Slots:
    """payloads.slots"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_ClassGetitem:
    """payloads.class-getitem"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Annotations:
    """payloads.annotations"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Bases:
    """payloads.bases"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Mro:
    """payloads.mro"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Subclasses:
    """payloads.subclasses"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_MatchArgs:
    """payloads.match-args"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_PostInit:
    """payloads.post-init"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_DataclassFields:
    """payloads.dataclass-fields"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_DataclassParams:
    """payloads.dataclass-params"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Eq:
    """payloads.eq"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Ne:
    """payloads.ne"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Call:
    """payloads.call"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Enter:
    """payloads.enter"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Abstractmethods:
    """payloads.abstractmethods"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_ProtocolAttrs:
    """payloads.protocol-attrs"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_OrigBases:
    """payloads.orig-bases"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Parameters:
    """payloads.parameters"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_File:
    """payloads.file"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Path:
    """payloads.path"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Spec:
    """payloads.spec"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Loader:
    """payloads.loader"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Builtins:
    """payloads.builtins"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Wrapped:
    """payloads.wrapped"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Value:
    """payloads.value"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Members:
    """payloads.members"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Payloads_Order:
    """payloads.order"""

    value: int  # u8


Payloads: TypeAlias = (
    Payloads_And
    | Payloads_As
    | Payloads_Assert
    | Payloads_Async
    | Payloads_Await
    | Payloads_Break
    | Payloads_Class
    | Payloads_Continue
    | Payloads_Def
    | Payloads_Del
    | Payloads_Elif
    | Payloads_Else
    | Payloads_Except
    | Payloads_False_
    | Payloads_Finally
    | Payloads_For
    | Payloads_From
    | Payloads_Global
    | Payloads_If
    | Payloads_Import
    | Payloads_In
    | Payloads_Is
    | Payloads_Lambda
    | Payloads_None_
    | Payloads_Nonlocal
    | Payloads_Not
    | Payloads_Or
    | Payloads_Pass
    | Payloads_Raise
    | Payloads_Return
    | Payloads_True_
    | Payloads_Try
    | Payloads_While
    | Payloads_With
    | Payloads_Yield
    | Payloads_Case
    | Payloads_Match
    | Payloads_Abs
    | Payloads_Aiter
    | Payloads_All
    | Payloads_Anext
    | Payloads_Any
    | Payloads_Ascii
    | Payloads_Bin
    | Payloads_Bool
    | Payloads_Breakpoint
    | Payloads_Bytearray
    | Payloads_Bytes
    | Payloads_Callable
    | Payloads_Chr
    | Payloads_Classmethod
    | Payloads_Compile
    | Payloads_Complex
    | Payloads_Copyright
    | Payloads_Credits
    | Payloads_Delattr
    | Payloads_Dict
    | Payloads_Dir
    | Payloads_Divmod
    | Payloads_Enumerate
    | Payloads_Eval
    | Payloads_Exec
    | Payloads_Exit
    | Payloads_Filter
    | Payloads_Float
    | Payloads_Format
    | Payloads_Frozenset
    | Payloads_Getattr
    | Payloads_Globals
    | Payloads_Hasattr
    | Payloads_Hash
    | Payloads_Help
    | Payloads_Hex
    | Payloads_Id
    | Payloads_Input
    | Payloads_Int
    | Payloads_Isinstance
    | Payloads_Issubclass
    | Payloads_Iter
    | Payloads_Len
    | Payloads_License
    | Payloads_List
    | Payloads_Locals
    | Payloads_Map
    | Payloads_Max
    | Payloads_Memoryview
    | Payloads_Min
    | Payloads_Next
    | Payloads_Object
    | Payloads_Oct
    | Payloads_Open
    | Payloads_Ord
    | Payloads_Pow
    | Payloads_Print
    | Payloads_Property
    | Payloads_Quit
    | Payloads_Range
    | Payloads_Repr
    | Payloads_Reversed
    | Payloads_Round
    | Payloads_Set
    | Payloads_Setattr
    | Payloads_Slice
    | Payloads_Sorted
    | Payloads_Staticmethod
    | Payloads_Str
    | Payloads_Sum
    | Payloads_Super
    | Payloads_Tuple
    | Payloads_Type
    | Payloads_Vars
    | Payloads_Zip
    | Payloads_Self
    | Payloads_Cls
    | Payloads_Args
    | Payloads_Kwargs
    | Payloads_Init
    | Payloads_New
    | Payloads_Name
    | Payloads_Qualname
    | Payloads_Module
    | Payloads_Doc
    | Payloads_Slots
    | Payloads_ClassGetitem
    | Payloads_Annotations
    | Payloads_Bases
    | Payloads_Mro
    | Payloads_Subclasses
    | Payloads_MatchArgs
    | Payloads_PostInit
    | Payloads_DataclassFields
    | Payloads_DataclassParams
    | Payloads_Eq
    | Payloads_Ne
    | Payloads_Call
    | Payloads_Enter
    | Payloads_Abstractmethods
    | Payloads_ProtocolAttrs
    | Payloads_OrigBases
    | Payloads_Parameters
    | Payloads_File
    | Payloads_Path
    | Payloads_Spec
    | Payloads_Loader
    | Payloads_Builtins
    | Payloads_Wrapped
    | Payloads_Value
    | Payloads_Members
    | Payloads_Order
)
"""variant payloads"""


class Bits(enum.Flag):
    """flags bits"""

    AND = 1
    AS = 2
    ASSERT = 4
    ASYNC = 8
    AWAIT = 16
    BREAK = 32
    CLASS = 64
    CONTINUE = 128
    DEF = 256
    DEL = 512
    ELIF = 1024
    ELSE = 2048
    EXCEPT = 4096
    FALSE = 8192
    FINALLY = 16384
    FOR = 32768
    FROM = 65536
    GLOBAL = 131072
    IF = 262144
    IMPORT = 524288
    IN = 1048576
    IS = 2097152
    LAMBDA = 4194304
    NONE = 8388608
    NONLOCAL = 16777216
    NOT = 33554432
    OR = 67108864
    PASS = 134217728
    RAISE = 268435456
    RETURN = 536870912
    TRUE = 1073741824
    TRY = 2147483648


class Words(Protocol):
    """Every keyword of Python, every built-in function, and names that Python spells with underscores on either side."""

    def all_fields(self, fields: Fields, /) -> Fields: ...

    def all_cases(self, cases: list[Cases], /) -> Sequence[Cases]: ...

    def all_payloads(self, payloads: list[Payloads], /) -> Sequence[Payloads]: ...

    def all_bits(self, bits: Bits, /) -> Bits: ...

    def all_parameters(
        self,
        and_: int,
        as_: int,
        assert_: int,
        async_: int,
        await_: int,
        break_: int,
        class_: int,
        continue_: int,
        def_: int,
        del_: int,
        elif_: int,
        else_: int,
        except_: int,
        false: int,
        finally_: int,
        for_: int,
        from_: int,
        global_: int,
        if_: int,
        import_: int,
        in_: int,
        is_: int,
        lambda_: int,
        none: int,
        nonlocal_: int,
        not_: int,
        or_: int,
        pass_: int,
        raise_: int,
        return_: int,
        true: int,
        try_: int,
        while_: int,
        with_: int,
        yield_: int,
        case: int,
        match: int,
        abs: int,
        aiter: int,
        all: int,
        anext: int,
        any: int,
        ascii: int,
        bin: int,
        bool: int,
        breakpoint: int,
        bytearray: int,
        bytes: int,
        callable: int,
        chr: int,
        classmethod: int,
        compile: int,
        complex: int,
        copyright: int,
        credits: int,
        delattr: int,
        dict: int,
        dir: int,
        divmod: int,
        enumerate: int,
        eval: int,
        exec: int,
        exit: int,
        filter: int,
        float: int,
        format: int,
        frozenset: int,
        getattr: int,
        globals: int,
        hasattr: int,
        hash: int,
        help: int,
        hex: int,
        id: int,
        input: int,
        int: int,
        isinstance: int,
        issubclass: int,
        iter: int,
        len: int,
        license: int,
        list: int,
        locals: int,
        map: int,
        max: int,
        memoryview: int,
        min: int,
        next: int,
        object: int,
        oct: int,
        open: int,
        ord: int,
        pow: int,
        print: int,
        property: int,
        quit: int,
        range: int,
        repr: int,
        reversed: int,
        round: int,
        set: int,
        setattr: int,
        slice: int,
        sorted: int,
        staticmethod: int,
        str: int,
        sum: int,
        super: int,
        tuple: int,
        type: int,
        vars: int,
        zip: int,
        self_: int,
        cls: int,
        args: int,
        kwargs: int,
        init: int,
        new: int,
        name: int,
        qualname: int,
        module: int,
        doc: int,
        slots: int,
        class_getitem: int,
        annotations: int,
        bases: int,
        mro: int,
        subclasses: int,
        match_args: int,
        post_init: int,
        dataclass_fields: int,
        dataclass_params: int,
        eq: int,
        ne: int,
        call: int,
        enter: int,
        abstractmethods: int,
        protocol_attrs: int,
        orig_bases: int,
        parameters: int,
        file: int,
        path: int,
        spec: int,
        loader: int,
        builtins: int,
        wrapped: int,
        value: int,
        members: int,
        order: int,
        /,
    ) -> int: ...
