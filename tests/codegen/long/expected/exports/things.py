"""cases:long/things"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import dovetail

from ..imports.things import (
    AlphaEpsilonAlpha,
    BetaGammaOfOf,
    BetaGammaOfOf_Alpha,
    BetaGammaOfOf_Delta,
    BetaGammaOfOf_Epsilon,
    BetaGammaOfOf_Gamma,
    BetaWonderful,
    BetaXGamma,
    ConfigurationAlphaInternationalization,
    ConfigurationBetaOf,
    DeltaAlphaInternationalizationDeltaExtraordinary,
    DeltaEpsilonAlpha,
    DeltaExtraordinaryManagerBeta,
    EpsilonGammaConfiguration,
    EpsilonInternationalizationManager,
    EpsilonInternationalizationWonderfulInternationalizationInternationalization,
    GammaExtraordinaryGamma,
    InternationalizationConfigurationWonderful,
    InternationalizationOfX,
    InternationalizationWonderfulBetaEpsilon,
    InternationalizationWonderfulBetaEpsilon_ConfigurationInternationalization,
    InternationalizationWonderfulBetaEpsilon_GammaConfiguration,
    InternationalizationWonderfulBetaEpsilon_InternationalizationGamma,
    ManagerAlphaConfigurationDeltaXAlpha,
    OfConfigurationDelta,
    WonderfulDeltaManagerX,
    WonderfulDeltaManagerX_AlphaOfX,
    WonderfulDeltaManagerX_AlphaWonderful,
    WonderfulDeltaManagerX_EpsilonOf,
    WonderfulDeltaManagerX_Extraordinary,
    WonderfulDeltaManagerX_GammaGamma,
    WonderfulDeltaManagerX_Internationalization,
)

__all__ = [
    "AlphaEpsilonAlpha",
    "BetaGammaOfOf",
    "BetaGammaOfOf_Alpha",
    "BetaGammaOfOf_Delta",
    "BetaGammaOfOf_Epsilon",
    "BetaGammaOfOf_Gamma",
    "BetaWonderful",
    "BetaXExtraordinaryAlphaExtraordinary",
    "BetaXGamma",
    "ConfigurationAlphaInternationalization",
    "ConfigurationBetaOf",
    "DeltaAlphaInternationalizationDeltaExtraordinary",
    "DeltaEpsilonAlpha",
    "DeltaExtraordinaryManagerBeta",
    "EpsilonGammaConfiguration",
    "EpsilonInternationalizationManager",
    "EpsilonInternationalizationWonderfulInternationalizationInternationalization",
    "GammaExtraordinaryGamma",
    "InternationalizationConfigurationWonderful",
    "InternationalizationOfX",
    "InternationalizationWonderfulBetaEpsilon",
    "InternationalizationWonderfulBetaEpsilon_ConfigurationInternationalization",
    "InternationalizationWonderfulBetaEpsilon_GammaConfiguration",
    "InternationalizationWonderfulBetaEpsilon_InternationalizationGamma",
    "ManagerAlphaConfigurationDeltaXAlpha",
    "OfConfigurationDelta",
    "Things",
    "WonderfulDeltaManagerX",
    "WonderfulDeltaManagerX_AlphaOfX",
    "WonderfulDeltaManagerX_AlphaWonderful",
    "WonderfulDeltaManagerX_EpsilonOf",
    "WonderfulDeltaManagerX_Extraordinary",
    "WonderfulDeltaManagerX_GammaGamma",
    "WonderfulDeltaManagerX_Internationalization",
]


@runtime_checkable
class BetaXExtraordinaryAlphaExtraordinary(dovetail.Resource, Protocol):
    """resource beta-x-extraordinary-alpha-extraordinary"""

    def __init__(
        self,
        gamma_delta_x: int,
        wonderful_of_configuration: WonderfulDeltaManagerX,
        beta_wonderful_of: GammaExtraordinaryGamma,
        extraordinary_beta_epsilon: int,
        wonderful_wonderful_delta: float,
    ) -> None: ...

    def manager_beta_epsilon_beta_beta_x(
        self,
        epsilon_wonderful_configuration: tuple[tuple[str, OfConfigurationDelta], int],
        manager_wonderful: InternationalizationConfigurationWonderful,
        x_x: DeltaEpsilonAlpha,
    ) -> float: ...

    def internationalization_beta_internationalization_beta_internationalization(
        self,
    ) -> int: ...

    def x_epsilon_beta_extraordinary_epsilon_epsilon(
        self,
        epsilon_alpha_wonderful: BetaGammaOfOf | None,
        wonderful_of_delta: InternationalizationConfigurationWonderful,
        x_epsilon: str,
    ) -> InternationalizationOfX: ...

    @staticmethod
    def wonderful_beta_epsilon_beta(
        extraordinary_extraordinary_beta: GammaExtraordinaryGamma,
        delta_wonderful: ManagerAlphaConfigurationDeltaXAlpha,
    ) -> None: ...

    @staticmethod
    def internationalization_beta_configuration_delta_gamma_delta(
        gamma_epsilon: (
            dovetail.Ok[
                Sequence[
                    tuple[
                        float,
                        bool,
                        EpsilonInternationalizationWonderfulInternationalizationInternationalization,
                        int,
                    ]
                ]
            ]
            | dovetail.Err[
                dovetail.Ok[int | None]
                | dovetail.Err[
                    tuple[
                        EpsilonInternationalizationWonderfulInternationalizationInternationalization
                    ]
                ]
            ]
        ),
    ) -> tuple[
        GammaExtraordinaryGamma,
        tuple[
            dovetail.Ok[DeltaExtraordinaryManagerBeta] | dovetail.Err[int],
            tuple[BetaGammaOfOf, str, float],
        ],
    ]: ...

    @staticmethod
    def epsilon_delta_internationalization_beta_wonderful(
        epsilon_delta: Sequence[
            tuple[
                tuple[
                    OfConfigurationDelta,
                    DeltaAlphaInternationalizationDeltaExtraordinary,
                ]
            ]
        ],
        alpha_epsilon_configuration_manager: (
            dovetail.Ok[InternationalizationWonderfulBetaEpsilon]
            | dovetail.Err[WonderfulDeltaManagerX]
        ),
        extraordinary_x_x_manager: tuple[
            Sequence[ManagerAlphaConfigurationDeltaXAlpha],
            str,
        ],
    ) -> list[bool]: ...

    def gamma_alpha(
        self,
        beta_internationalization_alpha_internationalization: tuple[
            tuple[ManagerAlphaConfigurationDeltaXAlpha | None],
            tuple[
                tuple[str, InternationalizationOfX, str, OfConfigurationDelta],
                Sequence[
                    EpsilonInternationalizationWonderfulInternationalizationInternationalization
                ],
                EpsilonGammaConfiguration,
            ],
            float,
        ],
    ) -> None: ...


class Things(Protocol):
    """cases:long/things"""

    def manager_configuration_x(self) -> DeltaEpsilonAlpha: ...

    def of_internationalization_internationalization_x_x(
        self,
        configuration_extraordinary_x_internationalization: tuple[
            BetaWonderful,
            EpsilonInternationalizationWonderfulInternationalizationInternationalization,
            DeltaEpsilonAlpha,
            int,
        ],
        epsilon_gamma_gamma_configuration: tuple[
            str,
            WonderfulDeltaManagerX | None,
            BetaWonderful,
            tuple[Sequence[BetaWonderful]],
            tuple[
                DeltaExtraordinaryManagerBeta,
                int,
                tuple[DeltaAlphaInternationalizationDeltaExtraordinary],
                tuple[
                    bool,
                    GammaExtraordinaryGamma,
                    BetaGammaOfOf,
                    DeltaExtraordinaryManagerBeta,
                ],
            ],
        ],
        internationalization_beta_epsilon_alpha: bool,
    ) -> BetaWonderful: ...

    def configuration_configuration_wonderful_x_wonderful(self) -> None: ...

    def beta_manager_delta(
        self,
        manager_gamma_delta: (
            Sequence[
                EpsilonInternationalizationWonderfulInternationalizationInternationalization
            ]
            | None
        ),
        beta_of_x: DeltaExtraordinaryManagerBeta,
    ) -> int | None: ...

    def beta_manager_alpha(
        self,
        alpha_gamma_extraordinary_x: tuple[int],
        gamma_internationalization: Sequence[InternationalizationOfX],
        extraordinary_extraordinary_gamma: (
            dovetail.Ok[
                tuple[
                    InternationalizationConfigurationWonderful,
                    str,
                    BetaGammaOfOf,
                    OfConfigurationDelta,
                ]
            ]
            | dovetail.Err[ManagerAlphaConfigurationDeltaXAlpha]
        ),
        of: Sequence[int | None],
    ) -> OfConfigurationDelta: ...

    def manager_epsilon(
        self,
    ) -> tuple[
        dovetail.Ok[ManagerAlphaConfigurationDeltaXAlpha]
        | dovetail.Err[InternationalizationConfigurationWonderful],
        list[
            EpsilonInternationalizationWonderfulInternationalizationInternationalization
        ],
        dovetail.Ok[DeltaAlphaInternationalizationDeltaExtraordinary]
        | dovetail.Err[InternationalizationOfX],
    ]: ...

    def x_delta_internationalization_gamma(self) -> None: ...

    def gamma_x(self, beta_beta: BetaGammaOfOf | None) -> str: ...

    def extraordinary_of_extraordinary_manager(
        self,
        internationalization_alpha: (
            dovetail.Ok[
                tuple[DeltaAlphaInternationalizationDeltaExtraordinary, BetaWonderful]
            ]
            | dovetail.Err[tuple[InternationalizationOfX, str, WonderfulDeltaManagerX]]
        ),
        alpha_beta: ManagerAlphaConfigurationDeltaXAlpha,
        wonderful_extraordinary: tuple[
            float,
            Sequence[InternationalizationOfX],
            Sequence[bool],
            tuple[bool],
            DeltaAlphaInternationalizationDeltaExtraordinary,
        ],
        extraordinary_extraordinary_beta_wonderful: Sequence[bool],
        gamma_configuration_alpha_x: bool | None,
    ) -> None: ...

    def alpha_alpha(
        self,
        configuration_delta: BetaGammaOfOf,
        manager_manager_wonderful: Sequence[ManagerAlphaConfigurationDeltaXAlpha],
        extraordinary_wonderful_gamma_gamma: GammaExtraordinaryGamma | None,
        beta_internationalization_epsilon_delta: (
            dovetail.Some[BetaWonderful | None] | None
        ),
    ) -> None: ...

    def alpha_wonderful_x_alpha(
        self,
        manager_extraordinary_manager: (
            dovetail.Ok[Sequence[str]]
            | dovetail.Err[
                tuple[str, DeltaEpsilonAlpha, str, float, EpsilonGammaConfiguration]
            ]
            | None
        ),
        internationalization_wonderful: tuple[
            InternationalizationWonderfulBetaEpsilon,
            BetaWonderful,
        ],
        beta_x: tuple[
            dovetail.Ok[int | None]
            | dovetail.Err[
                tuple[DeltaEpsilonAlpha, bool, EpsilonGammaConfiguration, BetaWonderful]
            ],
            dovetail.Ok[tuple[DeltaAlphaInternationalizationDeltaExtraordinary, str]]
            | dovetail.Err[DeltaEpsilonAlpha | None],
        ],
        wonderful_of: InternationalizationOfX,
    ) -> None: ...

    def beta_wonderful_delta_configuration_x(
        self,
        internationalization_of: tuple[GammaExtraordinaryGamma],
        beta_configuration: tuple[
            tuple[int, BetaWonderful, EpsilonGammaConfiguration, BetaWonderful],
            DeltaEpsilonAlpha | None,
        ],
        epsilon_x: DeltaExtraordinaryManagerBeta,
    ) -> (
        tuple[
            tuple[InternationalizationConfigurationWonderful, BetaWonderful],
            DeltaAlphaInternationalizationDeltaExtraordinary,
            list[InternationalizationWonderfulBetaEpsilon],
            tuple[
                BetaGammaOfOf,
                int,
                float,
                InternationalizationWonderfulBetaEpsilon,
                int,
            ]
            | None,
            OfConfigurationDelta | None,
        ]
        | None
    ): ...

    def x_x_of_x_of(self) -> DeltaEpsilonAlpha: ...

    def alpha_gamma_wonderful_gamma(
        self,
        extraordinary_beta: DeltaEpsilonAlpha,
        epsilon_gamma: Sequence[int] | dovetail.Buffer,
    ) -> None: ...

    def two_hundred(
        self,
        p0: int,
        p1: int,
        p2: int,
        p3: int,
        p4: int,
        p5: int,
        p6: int,
        p7: int,
        p8: int,
        p9: int,
        p10: int,
        p11: int,
        p12: int,
        p13: int,
        p14: int,
        p15: int,
        p16: int,
        p17: int,
        p18: int,
        p19: int,
        p20: int,
        p21: int,
        p22: int,
        p23: int,
        p24: int,
        p25: int,
        p26: int,
        p27: int,
        p28: int,
        p29: int,
        p30: int,
        p31: int,
        p32: int,
        p33: int,
        p34: int,
        p35: int,
        p36: int,
        p37: int,
        p38: int,
        p39: int,
        p40: int,
        p41: int,
        p42: int,
        p43: int,
        p44: int,
        p45: int,
        p46: int,
        p47: int,
        p48: int,
        p49: int,
        p50: int,
        p51: int,
        p52: int,
        p53: int,
        p54: int,
        p55: int,
        p56: int,
        p57: int,
        p58: int,
        p59: int,
        p60: int,
        p61: int,
        p62: int,
        p63: int,
        p64: int,
        p65: int,
        p66: int,
        p67: int,
        p68: int,
        p69: int,
        p70: int,
        p71: int,
        p72: int,
        p73: int,
        p74: int,
        p75: int,
        p76: int,
        p77: int,
        p78: int,
        p79: int,
        p80: int,
        p81: int,
        p82: int,
        p83: int,
        p84: int,
        p85: int,
        p86: int,
        p87: int,
        p88: int,
        p89: int,
        p90: int,
        p91: int,
        p92: int,
        p93: int,
        p94: int,
        p95: int,
        p96: int,
        p97: int,
        p98: int,
        p99: int,
        p100: int,
        p101: int,
        p102: int,
        p103: int,
        p104: int,
        p105: int,
        p106: int,
        p107: int,
        p108: int,
        p109: int,
        p110: int,
        p111: int,
        p112: int,
        p113: int,
        p114: int,
        p115: int,
        p116: int,
        p117: int,
        p118: int,
        p119: int,
        p120: int,
        p121: int,
        p122: int,
        p123: int,
        p124: int,
        p125: int,
        p126: int,
        p127: int,
        p128: int,
        p129: int,
        p130: int,
        p131: int,
        p132: int,
        p133: int,
        p134: int,
        p135: int,
        p136: int,
        p137: int,
        p138: int,
        p139: int,
        p140: int,
        p141: int,
        p142: int,
        p143: int,
        p144: int,
        p145: int,
        p146: int,
        p147: int,
        p148: int,
        p149: int,
        p150: int,
        p151: int,
        p152: int,
        p153: int,
        p154: int,
        p155: int,
        p156: int,
        p157: int,
        p158: int,
        p159: int,
        p160: int,
        p161: int,
        p162: int,
        p163: int,
        p164: int,
        p165: int,
        p166: int,
        p167: int,
        p168: int,
        p169: int,
        p170: int,
        p171: int,
        p172: int,
        p173: int,
        p174: int,
        p175: int,
        p176: int,
        p177: int,
        p178: int,
        p179: int,
        p180: int,
        p181: int,
        p182: int,
        p183: int,
        p184: int,
        p185: int,
        p186: int,
        p187: int,
        p188: int,
        p189: int,
        p190: int,
        p191: int,
        p192: int,
        p193: int,
        p194: int,
        p195: int,
        p196: int,
        p197: int,
        p198: int,
        p199: int,
    ) -> int: ...

    @property
    def BetaXExtraordinaryAlphaExtraordinary(
        self,
    ) -> type[BetaXExtraordinaryAlphaExtraordinary]: ...
