"""The two brands of the demo: who makes what, who sells it where, and what a cap may win."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shop:
    """A terminal; ``owner`` and ``clerk`` name people of the sandbox. Its place in degrees (WGS 84)."""

    name: str
    address: str
    county: str
    place: tuple[float, float]
    owner: str | None = None
    clerk: str | None = None


@dataclass(frozen=True, slots=True)
class Supplier:
    """A dealer with its counties (GB/T 2260), the people who work there, and the shops it supplies."""

    name: str
    counties: tuple[str, ...]
    shops: tuple[Shop, ...] = ()
    boss: str | None = None
    salesman: str | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """One size of the brand's product; ``price_fen`` is what a shop should ask for one."""

    gtin: str
    spec: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class Prize:
    name: str
    amount_fen: int
    count: int


@dataclass(frozen=True, slots=True)
class Story:
    """A brand; ``number`` is its number in the sandbox. ``suppliers``: the house, then two that are shipped to."""

    number: int
    slug: str
    name: str
    name_en: str
    color: str
    product: str
    product_en: str
    sizes: tuple[Size, Size]
    shelf_life_days: int
    units_per_case: int
    suppliers: tuple[Supplier, ...]
    campaign: str
    prizes: tuple[Prize, ...]

    @property
    def title(self) -> str:
        return f"{self.name} {self.name_en}"

    @property
    def prefix(self) -> str:
        """What the numbers of its batches and shipments begin with."""
        return self.slug[:2].upper()

    @property
    def units(self) -> int:
        return PALLETS * CASES_PER_PALLET * self.units_per_case

    @property
    def shops(self) -> tuple[Shop, ...]:
        return tuple(shop for supplier in self.suppliers for shop in supplier.shops)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody of the sandbox who has been here before."""
        staff = [name for shop in self.shops for name in (shop.owner, shop.clerk)]
        staff += [name for supplier in self.suppliers for name in (supplier.boss, supplier.salesman)]
        return tuple(dict.fromkeys([*filter(None, staff), *(visit.who for visit in VISITS)]))


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that a shop opened so many days ago."""

    case: int
    shop: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A consumer who opened the prize of a unit; cases and units count from 0."""

    who: str
    case: int
    unit: int


FIRST_CODE_NO = 1  # every brand counts from here, and its units are minted first
PALLETS = 2
CASES_PER_PALLET = 20
LAOWANG, CHENJIE = "老王便利店", "陈姐副食店"
# The first pallet went to 老王's dealer, ten cases of the second to the other; the rest is in the warehouse.
FIRST_SHIPMENT, SECOND_SHIPMENT = range(20), range(20, 30)
# Of the first pallet, the dealer delivered two cases to its first shop and passed one on to the other dealer.
DELIVERED, PASSED_ON = range(15, 17), range(17, 18)
FOREIGN_CASE = 20
OPENINGS = (
    Opened(0, LAOWANG, 6),
    Opened(2, CHENJIE, 4),
    Opened(FOREIGN_CASE, CHENJIE, 2),  # a case of the other dealer: its commissions are held
    Opened(1, LAOWANG, 1),
)
UNOPENED_CASE = 19
VISITS = (
    Visit("afang", 0, 0),
    Visit("dawei", 0, 1),
    Visit("xiaoyu", 2, 0),
    Visit("kevin", FOREIGN_CASE, 0),
    Visit("afang", 0, 2),
    Visit("dawei", 2, 1),
    Visit("xiaoyu", UNOPENED_CASE, 0),
    Visit("kevin", 1, 0),
    Visit("afang", 1, 1),
)

_STREET = (
    Shop(LAOWANG, "上海市黄浦区方浜中路218号", "310101", (31.2263, 121.4872), owner="laowang", clerk="xiaolin"),
    Shop(CHENJIE, "上海市黄浦区西藏南路402号", "310101", (31.2211, 121.4795), owner="chenjie"),
)

QINGQUAN = Story(
    number=1,
    slug="qingquan",
    name="清泉",
    name_en="Qingquan",
    color="#C8281A",
    product="清泉饮用天然水",
    product_en="Qingquan natural water",
    sizes=(Size("6901234567892", "500ml×24", 200), Size("6901234567908", "1.5L×12", 450)),
    shelf_life_days=540,
    units_per_case=24,
    suppliers=(
        Supplier("清泉直营", ("310115",)),
        Supplier(
            "顺达商贸",
            ("310101", "310104"),
            (
                *_STREET,
                Shop("好邻居超市", "上海市徐汇区天平路90号", "310104", (31.2036, 121.4359)),
                Shop("小白烟酒行", "上海市徐汇区宛平南路31号", "310104", (31.1907, 121.4441)),
                Shop("晨光早餐铺", "上海市黄浦区复兴东路766号", "310101", (31.2205, 121.4913)),
            ),
            boss="liuzong",
            salesman="xiaozhao",
        ),
        Supplier(
            "江海食品",
            ("310110", "310112"),
            (
                Shop("五角场校园超市", "上海市杨浦区四平路2500号", "310110", (31.2989, 121.5143)),
                Shop("鞍山新村平价店", "上海市杨浦区鞍山路15号", "310110", (31.2804, 121.5117)),
                Shop("控江路水果店", "上海市杨浦区控江路1500号", "310110", (31.2786, 121.5203)),
                Shop("七宝老街杂货", "上海市闵行区南大街26号", "310112", (31.1577, 121.3512)),
                Shop("莘庄北广场便利", "上海市闵行区莘建路8号", "310112", (31.1129, 121.3853)),
            ),
        ),
    ),
    campaign="清泉开盖有礼",
    prizes=(
        Prize("清泉大奖", 8888, 1),
        Prize("开心红包", 888, 50),
        Prize("畅饮红包", 100, 159),
        Prize("清爽红包", 66, 250),
        Prize("好运红包", 30, 500),
    ),
)

SHANYE = Story(
    number=2,
    slug="shanye",
    name="山野",
    name_en="Shanye",
    color="#A3541C",
    product="山野茉莉绿茶",
    product_en="Shanye jasmine green tea",
    sizes=(Size("6901234567922", "450ml×15", 450), Size("6901234567939", "900ml×12", 700)),
    shelf_life_days=360,
    units_per_case=15,
    suppliers=(
        Supplier("山野直营", ("310115",)),
        Supplier(
            "顺达商贸",
            ("310101",),
            (
                *_STREET,
                Shop("豫园茶食铺", "上海市黄浦区旧校场路100号", "310101", (31.2287, 121.4893)),
                Shop("打浦桥便民超市", "上海市黄浦区瑞金二路411号", "310101", (31.2069, 121.4683)),
            ),
            boss="liuzong",
            salesman="xiaozhao",
        ),
        Supplier(
            "云栖茶业",
            ("330106", "330102"),
            (
                Shop("龙井路口小店", "杭州市西湖区龙井路1号", "330106", (30.2411, 120.1302)),
                Shop("文三路数码便利", "杭州市西湖区文三路477号", "330106", (30.2780, 120.1201)),
                Shop("古荡菜场副食", "杭州市西湖区古荡新村12号", "330106", (30.2724, 120.1163)),
                Shop("河坊街土产店", "杭州市上城区河坊街180号", "330102", (30.2400, 120.1702)),
                Shop("吴山夜市茶摊", "杭州市上城区惠民路23号", "330102", (30.2436, 120.1687)),
                Shop("城站旅客超市", "杭州市上城区环城东路1号", "330102", (30.2433, 120.1823)),
            ),
        ),
    ),
    campaign="山野扫码品香",
    prizes=(
        Prize("山野大奖", 8888, 1),
        Prize("采茶红包", 888, 25),
        Prize("清香红包", 100, 124),
        Prize("山风红包", 66, 150),
        Prize("回甘红包", 30, 300),
    ),
)

STORIES = (QINGQUAN, SHANYE)
