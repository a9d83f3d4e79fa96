"""The term 2018 to 2022, Xiangtan's and Beihu's work, as rows of what happened: people, places, activities, lives
of cases. The totals are those that the documents publish (rules.md X3). How they are spread over years, organs,
classes and persons is not published: here it is a fixture, chosen so that the totals come out, and nothing of it
is a figure of the documents. All persons and organs are made up and say so (示例).

    write(folder)   writes the CSV files that huiyin registry import and huiyin import take
"""
import csv
import datetime
import pathlib

PROVINCE, XIANGTAN, BEIHU = "430000", "430300", "431002"
CONGRESS, NATIONAL = "c-430000-13", "c-100000-13"  # one term of a congress
YEARS = range(2018, 2023)

# Published: rules.md X3.
MOTIONS, SUGGESTIONS, WHOLE, KEY = 17, 7287, 24, 136
B_FIRST, B_TO_A, B_TO_C, DISSATISFIED = 1263, 1049, 115, 177
LED_2022, SUPERVISING, HANDLING = 111, 12, 13
APPRAISING, APPRAISED = 210, 24
INTER_SESSION, LEADER_TIMES, LEADER_OPINIONS = 121, 111, 360
OBSERVERS, MEETINGS, SYMPOSIA, SYMPOSIUM_OPINIONS = 348, 35, 17, 337
LAW_OPINIONS, LAW_DEPUTIES, LAW_ADOPTED, LAW_CHANGES = 607, 221, 164, 94
NATIONAL_WHOLE, NATIONAL_WHOLE_2022, UNITS, AWARDED = 13, 6, 14, 46
CHECKING, TRAINED, TRAINED_ONLINE = 1624, 1076, 726
# Published as lower bounds (余): fixtures somewhat above them.
VISITS, VISITED, OPINIONS, HELPED, AID_YUAN = 703_412, 1_004_518, 88_213, 72_140, 651_230_000
STATIONS, PROVINCIAL, NATIONAL_DEPUTIES = 10425, 755, 118
X_STATIONS, X_MARKETS, X_CONTACTS, X_PERSONS, X_COLLECTED, X_SOLVED, X_AID_YUAN = \
    70, 6, 83527, 142700, 9581, 7000, 35717900
B_TOWNSHIP, B_VILLAGE = 14, 109

# Fixture: how large the rest is, and how it is spread.
OTHER_A, OTHER_C, OTHER_D = 5000, 700, 324          # with 1263 B they are the 7287
ENROLLED, X_DEPUTIES, B_DEPUTIES = 140_512, 5_012, 523
UPPER_ENROLLED = 801                                 # of 873: more than 90 %
B_RECEIVED, B_SOLVED = 2_043, 512
assert OTHER_A + OTHER_C + OTHER_D + B_FIRST == SUGGESTIONS


def spread(total, parts):
    """A total in so many parts that differ by one at most."""
    return [total * (i + 1) // parts - total * i // parts for i in range(parts)]


def day(start, days=0):
    return (datetime.date.fromisoformat(start) + datetime.timedelta(days=days)).isoformat()


class Table:
    def __init__(self, folder, name, columns):
        self.file = open(pathlib.Path(folder) / f"{name}.csv", "w", newline="", encoding="utf-8")
        self.writer = csv.DictWriter(self.file, ["id", *columns])
        self.writer.writeheader()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def add(self, id_, **values):
        self.writer.writerow({"id": id_, **values})


def regions(folder):
    with Table(folder, "region", ["occurred_at", "name", "kind", "parent"]) as table:
        def add(code, name, kind, parent):
            table.add(code, occurred_at="2017-01-01", name=name, kind=kind, parent=parent)
        add(PROVINCE, "湖南省", "province", "")
        add(XIANGTAN, "湘潭市", "city", PROVINCE)
        add("431000", "郴州市", "city", PROVINCE)
        add(BEIHU, "北湖区", "county", "431000")
        add("430302", "示例区（湘潭）", "county", XIANGTAN)
        add("430900", "示例市", "city", PROVINCE)
        add("430902", "示例县", "county", "430900")
        for i in range(X_STATIONS):
            add(f"430302{i:03}", f"湘潭示例{i:02}镇", "township", "430302")
        for i in range(B_TOWNSHIP):
            add(f"431002{i:03}", f"北湖示例{i:02}街道", "township", BEIHU)
        for i in range(B_VILLAGE):
            add(f"431002{i % B_TOWNSHIP:03}{i:03}", f"北湖示例{i:03}村", "village", f"431002{i % B_TOWNSHIP:03}")
        for i in range(other_stations()):
            add(f"430902{i % 1000:03}{i // 1000:03}", f"示例{i:05}村", "village", "430902")


def other_stations():
    # At the end of 2022: those of Beihu with a park and a point, Xiangtan's 70, and all others.
    return STATIONS - X_STATIONS - (1 + B_TOWNSHIP + B_VILLAGE + 2) - 1


def organs(folder):
    with Table(folder, "organ", ["occurred_at", "name", "kind", "region", "superior"]) as table:
        def add(id_, name, kind, region=PROVINCE):
            table.add(id_, occurred_at="2018-01-01", name=name, kind=kind, region=region)
        add("standing-committee", "省人大常委会（示例）", "standing-committee")
        add("government", "省人民政府（示例）", "government")
        add("work-committee", "湖南省人大常委会选举任免联络工作委员会", "deputy-work")
        add("state-organ", "国家机关（示例）", "government")
        for i in range(8):
            add(f"committee-{i}", f"专门委员会{i}（示例）", "special-committee")
        for i in range(40):
            add(f"organ-{i:02}", f"承办单位{i:02}（示例）", "government")
        for i in range(UNITS):
            add(f"unit-{i:02}", f"责任单位{i:02}（示例）", "office")
        add("xiangtan-sc", "湘潭市人大常委会（示例）", "standing-committee", XIANGTAN)


def congresses(folder):
    with Table(folder, "congress", ["occurred_at", "name", "level", "region", "term", "from", "to"]) as table:
        for id_, level, region, term, start in [
                ("c-100000", "national", PROVINCE, 13, "2018-01-01"), ("c-430000", "provincial", PROVINCE, 13, "2018-01-01"),
                ("c-430302", "county", "430302", 17, "2021-11-01"), ("c-431002", "county", BEIHU, 6, "2021-11-01"),
                ("c-430902", "county", "430902", 6, "2021-11-01"), ("c-township", "township", "430902", 6, "2021-11-01")]:
            table.add(id_, occurred_at=start, name=f"{id_}人民代表大会（示例）", level=level, region=region, term=term,
                      **{"from": start, "to": day(start, 5 * 365)})


def stations(folder):
    with Table(folder, "station", ["occurred_at", "name", "tier", "form", "region", "address"]) as table:
        def add(id_, name, tier, region, form="station", since="2022-01-01"):
            table.add(id_, occurred_at=since, name=name, tier=tier, form=form, region=region, address="示例路1号")
        add("head", "湖南智慧人大代表联络总站", "head", PROVINCE, "online")
        for i in range(X_STATIONS):
            add(f"x-{i:02}", f"湘潭示例{i:02}镇人大代表联络站", "township", f"430302{i:03}")
        for i in range(X_MARKETS):
            add(f"x-market-{i}", f"示例集市{i}人大代表联络站", "village", f"430302{i:03}", "market", "2023-06-01")
        add("b-district", "北湖区人大代表联络站", "district", BEIHU)
        add("b-park", "湘南国际物流园人大代表联络站", "township", BEIHU, "park")
        add("b-point", "盈丰国际代表联络点", "village", BEIHU, "point")
        for i in range(B_TOWNSHIP):
            add(f"b-{i:02}", f"北湖示例{i:02}街道人大代表联络站", "township", f"431002{i:03}")
        for i in range(B_VILLAGE):
            code = f"431002{i % B_TOWNSHIP:03}{i:03}"
            add(f"b-v{i:03}", f"北湖示例{i:03}村人大代表联络站", "village", code)
        for i in range(other_stations()):
            add(f"s-{i:05}", f"示例{i:05}村人大代表联络站", "village", f"430902{i % 1000:03}{i // 1000:03}")


def provincial(i):
    return f"p-{i % PROVINCIAL:03}"


def deputies(folder):
    with Table(folder, "deputy", ["occurred_at", "name", "region", "congress", "term", "leading_cadre", "grass_roots",
                                  "stations"]) as table:
        def add(id_, region, congress, term, station, since, **flags):
            table.add(id_, occurred_at=since, name=f"代表{id_}（示例）", region=region, congress=congress, term=term,
                      stations=station, **flags)
        upper = 0
        for i in range(NATIONAL_DEPUTIES):
            add(f"n-{i:03}", PROVINCE, "c-100000", 13, "head" if upper < UPPER_ENROLLED else "", "2022-01-01")
            upper += 1
        for i in range(PROVINCIAL):
            add(provincial(i), PROVINCE, "c-430000", 13, "head" if upper < UPPER_ENROLLED else "", "2022-01-01",
                leading_cadre=i < 37, grass_roots=i >= 400)
            upper += 1
        for i in range(X_DEPUTIES):
            add(f"x-{i:05}", f"430302{i % X_STATIONS:03}", "c-430302", 17, f"x-{i % X_STATIONS:02}", "2022-01-02")
        for i in range(B_DEPUTIES):
            add(f"b-{i:05}", f"431002{i % B_TOWNSHIP:03}", "c-431002", 6, f"b-{i % B_TOWNSHIP:02}", "2022-01-02")
        for i in range(ENROLLED - UPPER_ENROLLED - X_DEPUTIES - B_DEPUTIES):
            township = i % 4 > 0
            add(f"d-{i:06}", "430902", "c-township" if township else "c-430902", 6, f"s-{i % other_stations():05}",
                "2022-01-02")


def activities(folder):
    columns = ["occurred_at", "form", "organiser", "title", "date", "station", "invited", "channels", "attended", "visits",
               "persons", "matters", "solved", "amount_yuan", "scores", "estimates"]
    with Table(folder, "activity", columns) as table:
        def add(id_, form, organiser, date, **more):
            table.add(id_, occurred_at=date, form=form, organiser=organiser, title=f"{form}（示例）", date=date, **more)
        # 111 person-times of leading cadres in 37 group activities: in 2022 each of the 37 takes part.
        opinions = spread(LEADER_OPINIONS + 4, 37)
        for i in range(37):
            attended = ";".join(provincial((i + k * 12) % 37) for k in range(3))
            add(f"group-{i:02}", "group-activity", "standing-committee", day("2022-02-10", i * 7), attended=attended,
                matters=opinions[i])
        # 3 national and 15 provincial deputies at each of 35 meetings: 630 seats, 348 persons.
        national, others = 0, 0
        for i in range(MEETINGS):
            invited = [f"n-{(national + k) % 90:03}" for k in range(3)]
            invited += [provincial((others + k) % (OBSERVERS - 90)) for k in range(15)]
            national, others = national + 3, others + 15
            add(f"meeting-{i:02}", "standing-committee-meeting", "standing-committee", day("2022-01-10", i * 10),
                invited=";".join(invited), attended=";".join(invited))
        for i in range(SYMPOSIA):
            add(f"symposium-{i:02}", "symposium", "standing-committee", day("2022-01-11", i * 20),
                attended=";".join(provincial(i * 9 + k) for k in range(9)))
        # 210 deputies appraise 24 units, in five years.
        per_year, units = spread(APPRAISING, 5), spread(APPRAISED, 5)
        first_deputy = first_unit = 0
        for i, year in enumerate(YEARS):
            scores = [f"organ-{first_unit + k % units[i]:02}:{provincial(first_deputy + k)}:{80 + k % 20}:100"
                      for k in range(per_year[i])]
            first_deputy, first_unit = first_deputy + per_year[i], first_unit + units[i]
            add(f"appraisal-{year}", "appraisal-meeting", "standing-committee", f"{year}-07-15", scores=";".join(scores))
        add("award", "award", "standing-committee", "2022-12-20",
            attended=";".join(provincial(i * 3) for i in range(AWARDED)))
        parts = [spread(total, 24) for total in (VISITS, VISITED, OPINIONS, HELPED, AID_YUAN)]
        for i, (visits, persons, matters, solved, amount) in enumerate(zip(*parts)):
            add(f"visits-{i:02}", "visit", "standing-committee", day("2022-01-10", i * 14), visits=visits, persons=persons,
                matters=matters, solved=solved, amount_yuan=amount)
        for i, count in enumerate(spread(CHECKING, 2)):
            add(f"check-{i}", "enforcement-check", "standing-committee", f"2022-0{4 + i}-15",
                attended=";".join(f"x-{i * 2000 + k:05}" for k in range(count)))
        for form, total, times in (("training", TRAINED, 14), ("online-training", TRAINED_ONLINE, 2)):
            for i, count in enumerate(spread(total, times)):
                add(f"{form}-{i:02}", form, "standing-committee", day("2022-02-01", i * 20),
                    attended=";".join(provincial(k) for k in range(count)))
        # Xiangtan: receptions of 70 stations in 30 months, and deeds.
        months = [f"{2022 + m // 12}-{m % 12 + 1:02}" for m in range(31) if m > 0]
        visits = spread(X_CONTACTS, len(months) * X_STATIONS)
        persons = spread(X_PERSONS, len(months) * X_STATIONS)
        for n, (month, station) in enumerate((m, s) for m in months for s in range(X_STATIONS)):
            date = f"{month}-15"
            if date > "2024-07-30":
                break
            add(f"x-reception-{n:04}", "reception", f"x-{station:02}", date, station=f"x-{station:02}", channels="notice",
                visits=visits[n], persons=persons[n], estimates="persons:about")
        for n, amount in enumerate(spread(X_AID_YUAN, 50)):
            add(f"x-deed-{n:02}", "deed", "xiangtan-sc", day("2022-03-01", n * 10), amount_yuan=amount)
        # Beihu: receptions since the term began; each month on a fixed day in the park.
        received, solved = spread(B_RECEIVED, 15 * B_TOWNSHIP), spread(B_SOLVED, 15 * B_TOWNSHIP)
        for n, (month, station) in enumerate((m, s) for m in range(15) for s in range(B_TOWNSHIP)):
            date = f"{2022 + month // 12}-{month % 12 + 1:02}-20"
            add(f"b-reception-{n:03}", "reception", f"b-{station:02}", date, station=f"b-{station:02}", channels="notice",
                visits=received[n], solved=solved[n])


def suggestions(folder):
    columns = ["title", "category", "congress", "deputy", "delegation", "occasion", "whole", "inter", "collected",
               "reviewed", "accepted", "committee", "key_marked", "supervising", "handling", "handed_off", "meeting", "organ",
               *[f"a{i}" for i in range(1, UNITS + 1)], "signed", "replied", "class", "commitment", "rated", "rating",
               "rehandled", "replied_again", "rated_again", "closed", "revisited", "revisit_class", "evidence", "reason",
               "revisit_commitment"]
    classes = ["B"] * B_FIRST + ["A"] * OTHER_A + ["C"] * OTHER_C + ["D"] * OTHER_D
    with Table(folder, "suggestions", columns) as table:
        def life(id_, n, year, class_, start, dissatisfied=False, **more):
            row = {"title": f"建议{id_}（示例）", "category": f"类别{n % 12}/示例", "congress": CONGRESS,
                   "deputy": provincial(n), "delegation": f"delegation-{n % 14}", "whole": "0", "inter": "0",
                   "committee": f"committee-{n % 8}", "organ": f"organ-{n % 40:02}", "meeting": f"hand-off-{year}",
                   "collected": start, "reviewed": day(start, 1), "accepted": day(start, 5),
                   "handed_off": day(start, 12), "signed": day(start, 15), "replied": day(start, 60 + n % 30),
                   "class": class_, "rated": day(start, 100), "rating": "satisfied" if n % 5 else "basically",
                   "closed": day(start, 110)}
            if class_ == "B":
                row["commitment"] = f"{year + 1}-12-31"
            if dissatisfied:
                row |= {"rating": "dissatisfied", "rehandled": day(start, 105), "replied_again": day(start, 125),
                        "rated_again": day(start, 130), "closed": day(start, 140)}
            table.add(id_, **(row | more))

        per_year = spread(SUGGESTIONS, 5)
        # Key suggestions: 111 of 2022, all led by somebody; the other 25 before.
        key_of = dict(zip(YEARS, [*spread(KEY - LED_2022, 4), LED_2022]))
        n = 0
        for i, year in enumerate(YEARS):
            whole = spread(WHOLE, 5)[i]
            for k in range(per_year[i]):
                # Every third of the B class, the rest in turn, so that each year has each class.
                class_ = classes[(n * 3559) % SUGGESTIONS]
                order = sum(1 for c in [class_] if c == "B") and b_number(n)
                more = {}
                if class_ == "B":
                    rank = order - 1
                    if rank < B_TO_A:
                        more = {"revisited": "2022-11-15", "revisit_class": "A", "evidence": "已跟踪办理落实到位（示例）"}
                    elif rank < B_TO_A + B_TO_C:
                        more = {"revisited": "2022-11-16", "revisit_class": "C", "reason": "政策环境变化（示例）"}
                    else:
                        more = {"revisited": "2022-11-17", "revisit_class": "B", "reason": "继续推进（示例）",
                                "revisit_commitment": "2024-12-31"}
                if k < whole:
                    more["whole"] = "1"
                if k < key_of[year]:
                    start_key = f"{year}-02-20"
                    more |= {"key_marked": start_key}
                    if year == 2022:
                        more["supervising"] = f"leader-sc-{k % SUPERVISING:02}" if k < 60 else ""
                        more["handling"] = f"leader-gov-{k % HANDLING:02}" if k >= 50 else ""
                dissatisfied = n % 41 == 0 and n // 41 < DISSATISFIED
                start = f"{year}-01-26"
                if "key_marked" in more:
                    more["handed_off"] = f"{year}-02-25"
                    more["signed"] = f"{year}-02-26"
                life(f"s-{n:04}", n, year, class_, start, dissatisfied, **more)
                n += 1
        for k in range(INTER_SESSION):
            life(f"i-{k:03}", k, 2022, "A", day("2022-03-01", k), inter="1", occasion="group-activity")
        for k in range(NATIONAL_WHOLE):
            year = 2022 if k >= NATIONAL_WHOLE - NATIONAL_WHOLE_2022 else 2018 + k % 4
            units = {f"a{i + 1}": f"unit-{i:02}" for i in range(UNITS)}
            life(f"whole-{k:02}", k, year, "A", f"{year}-03-08", congress=NATIONAL, deputy=f"n-{k:03}",
                 delegation="hunan", whole="1", organ="state-organ", **units)
    with Table(folder, "motions", ["title", "category", "congress", "deputy", "delegation", "collected"]) as table:
        n = 0
        for year, count in zip(YEARS, spread(MOTIONS, 5)):
            for _ in range(count):
                table.add(f"m-{n:02}", title=f"议案{n}（示例）", category="示例", congress=CONGRESS, deputy=provincial(n),
                          delegation=f"delegation-{n % 14}", collected=f"{year}-01-27")
                n += 1


_RANKS = {}


def b_number(n):
    """Which of the B class, from 1, the n-th suggestion is."""
    if not _RANKS:
        rank = 0
        for i in range(SUGGESTIONS):
            if (i * 3559) % SUGGESTIONS < B_FIRST:
                rank += 1
                _RANKS[i] = rank
    return _RANKS[n]


def matters(folder):
    columns = ["title", "category", "station", "region", "occasion", "deputy", "collected", "answered", "deed", "accepted",
               "passed_on", "outlet", "taken_back", "result", "adopted", "changes", "handed_off", "organ", "replied", "class",
               "commitment", "fed_back", "closed"]
    with Table(folder, "matters", columns) as table:
        def add(id_, n, start, **more):
            table.add(id_, title=f"事项{id_}（示例）", category=f"类别{n % 9}", collected=start, **more)

        def done(start):
            return {"fed_back": day(start, 25), "closed": day(start, 26)}
        # Xiangtan: 9581 collected at 70 stations, 7000 of them solved in one of four ways.
        for n in range(X_COLLECTED):
            start = day("2022-02-01", n % 850)
            place = {"station": f"x-{n % X_STATIONS:02}", "region": f"430302{n % X_STATIONS:03}", "deputy": f"x-{n % 5000:05}",
                     "occasion": "reception"}
            handled = {"accepted": day(start, 1), "handed_off": day(start, 3), "organ": f"organ-{n % 40:02}"}
            if n < 2000:
                way = {"answered": day(start)}
            elif n < 3000:
                way = {"deed": day(start, 3)}
            elif n < 4000:
                way = {"accepted": day(start, 1), "passed_on": day(start, 2), "outlet": "hotline-12345",
                       "taken_back": day(start, 20), "result": "done", **done(start)}
            elif n < X_SOLVED:
                way = {**handled, "replied": day(start, 20), "class": "A", **done(start)}
            elif n < 9000:
                way = {**handled, "replied": day(start, 20), "class": "C", **done(start)}
            else:
                way = {"accepted": day(start, 1)}
            add(f"x-{n:04}", n, start, **place, **way)
        for n in range(SYMPOSIUM_OPINIONS):
            start = day("2022-01-12", n % SYMPOSIA * 20)
            add(f"sy-{n:03}", n, start, region=PROVINCE, occasion="symposium", deputy=provincial(n), accepted=day(start, 1),
                handed_off=day(start, 2), organ=f"organ-{n % 40:02}", replied=day(start, 20), **{"class": "A"}, **done(start))
        # 607 opinions of 221 deputies on draft laws; 164 were adopted, with 94 changes of substance.
        changes = spread(LAW_CHANGES, LAW_ADOPTED)
        for n in range(LAW_OPINIONS):
            start = day("2022-03-01", n % 200)
            adopted = n < LAW_ADOPTED
            add(f"law-{n:03}", n, start, region=PROVINCE, occasion="law", deputy=provincial(n % LAW_DEPUTIES),
                accepted=day(start, 1), passed_on=day(start, 2), outlet="legislative-point", taken_back=day(start, 20),
                result="done", adopted="1" if adopted else "0", changes=changes[n] if adopted else 0, **done(start))


def write(folder):
    for make in (regions, organs, congresses, stations, deputies, activities, suggestions, matters):
        make(folder)
