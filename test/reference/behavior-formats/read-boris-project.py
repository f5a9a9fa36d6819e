"""What a program that shares no code with Zoopraxis sees in a BORIS project that Zoopraxis writes.

    node build/test/behavior/boris-sample.js > /tmp/sample.boris
    python test/reference/behavior-formats/read-boris-project.py /tmp/sample.boris \
        > test/reference/behavior-formats/boris-project.json

Events are [time, subject, code, modifier, comment]. As the user guide of BORIS says, a state event starts and stops in
turn for each subject, behavior and modifiers, and a point event has no length. Every code must be in the catalogue, every
subject in the list of subjects, and every modifier in its set. Standard library alone.
"""

import hashlib
import json
import sys

data = open(sys.argv[1], "rb").read()
project = json.loads(data)
assert project["project_format_version"] == "7.0"
for key in ("project_name", "project_date", "time_format", "behavioral_categories", "independent_variables"):
    assert key in project, key
catalogue = {item["code"]: item for item in project["behaviors_conf"].values()}
subjects = {item["name"] for item in project["subjects_conf"].values()}
points = sorted(code for code, item in catalogue.items() if item["type"] == "Point event")
assert all(item["type"] in ("Point event", "State event") for item in catalogue.values())
sets = {
    code: [item["modifiers"][key]["values"] for key in sorted(item["modifiers"], key=int)]
    for code, item in catalogue.items()
    if item["modifiers"]
}
bouts, lengths, intervals = [], {}, {}
for name, observation in project["observations"].items():
    assert observation["type"] == "MEDIA" and observation["time offset"] == 0
    media = observation["file"]["1"]
    assert sorted(observation["file"], key=int) == [str(player) for player in range(1, 9)]
    lengths[name] = sum(observation["media_info"]["length"][item] for item in media)
    assert all(observation["media_info"]["fps"][item] == 25 for item in media)
    begin, end = observation["observation time interval"]
    if end > 0:
        intervals[name] = [begin, end]
    times = [event[0] for event in observation["events"]]
    assert times == sorted(times)
    started = {}
    for time, subject, code, modifier, comment in observation["events"]:
        assert subject == "" or subject in subjects
        parts = modifier.split("|") if modifier else []
        assert all(part in sets[code][place] for place, part in enumerate(parts))
        key = (subject, code, modifier)
        if code in points:
            bouts.append([name, subject, code, modifier, time, time])
        elif key in started:
            bouts.append([name, subject, code, modifier, started.pop(key), time])
        else:
            started[key] = time
    assert not started, started
json.dump(
    {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bouts": sorted(bouts),
        "points": points,
        "lengths": lengths,
        "intervals": intervals,
        "modifierSets": sets,
    },
    sys.stdout,
    indent=1,
    sort_keys=True,
)
print()
