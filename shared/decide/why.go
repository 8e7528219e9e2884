package decide

import (
	"math"
	"strconv"
	"time"

	"frontdesk/shared/playbook"
)

// whyPhrase is why for conditions on phrases.
func (n *node) whyPhrase(v *view, t *telling) {
	switch at := n.phrase(v); n.op {
	case contains:
		t.phrases(hasPhrase, lacksPhrase, lacksPhrases, n.Contains, at)
	case wholeWord:
		t.phrases(hasWord, lacksWord, lacksWords, n.WholeWord, at)
	case exact:
		t.phrases(isPhrase, isNotPhrase, isNoPhrase, n.Exact, at)
	case startsWith:
		t.phrases(startsSo, startsNotSo, startsWithNone, n.StartsWith, at)
	case endsWith:
		t.phrases(endsSo, endsNotSo, endsWithNone, n.EndsWith, at)
	default:
		t.phrases(resemblesPhrase, resemblesNot, resemblesNone, n.Fuzzy.Phrases, at)
		t.say(byPercent, number(n.Fuzzy.Percent))
	}
	if n.Case {
		t.say(asWritten)
	}
}

// whyFits is why for conditions on anything but text.
func (n *node) whyFits(v *view, t *telling) {
	switch n.op {
	case firstContact:
		if v.message.Group != "" {
			t.say(noContactInGroup)
			return
		}
		t.say(either(v.head.New(), neverWritten, writtenBefore))
	case hoursAre:
		n.whyHours(v, t)
	case tagsHave:
		n.whyTags(v, t)
	case changedIs:
		n.whyChanged(v, t)
	case attributeIs:
		n.whyAttribute(v, t)
	case sinceIs:
		n.whySince(v, t)
	case countIs:
		t.say(numberOfSpell, number(v.count()))
		n.asks(v, t, spelled(n.Count.Above), spelled(n.Count.Below))
	default:
		n.whyValue(v, t)
	}
}

// whyValue is why for conditions that compare one value with a list.
func (n *node) whyValue(v *view, t *telling) {
	is := v.value(n.op)
	switch {
	case is == "" && n.op == choiceIs:
		t.say(nothingTapped)
	case is == "" && n.op == languageIs:
		t.say(languageUnsure, names(n.Language))
	case is == playbook.None && n.op == teamIs:
		t.say(withNoTeam)
	case is == playbook.None && n.op == assigneeIs:
		t.say(withNoAgent)
	case n.op == statusIs || n.op == priorityIs || n.op == startedByIs:
		t.say(n.verdict(n.fits(v)), word(is), words(n.list))
	default:
		t.say(n.verdict(n.fits(v)), plain(is), names(n.list))
	}
}

// verdict is what to say when such a condition holds, and when it does not.
func (n *node) verdict(held bool) sentence {
	switch n.op {
	case channelIs:
		return either(held, channelHolds, channelDiffers)
	case typeIs:
		return either(held, typeHolds, typeDiffers)
	case choiceIs:
		return either(held, choiceHolds, choiceDiffers)
	case languageIs:
		return either(held, languageHolds, languageDiffers)
	case teamIs:
		return either(held, teamHolds, teamDiffers)
	case assigneeIs:
		return either(held, agentHolds, agentDiffers)
	case statusIs:
		return either(held, statusHolds, statusDiffers)
	case priorityIs:
		return either(held, priorityHolds, priorityDiffers)
	}
	return either(held, startedHolds, startedDiffers)
}

func (n *node) whyHours(v *view, t *telling) {
	switch {
	case n.state != onHoliday || v.open(n.calendar):
		t.say(either(v.open(n.calendar), calendarOpen, calendarClosed), plain(n.Hours.Calendar))
	default:
		t.say(either(v.hour(n.calendar, n.state), calendarHoliday, calendarNoHoliday), plain(n.Hours.Calendar))
	}
}

func (n *node) whyTags(v *view, t *telling) {
	for _, tag := range n.Tags {
		if v.is(tagsHave, tag) {
			t.say(hasTag, plain(tag))
			return
		}
	}
	t.say(hasNoTag, names(n.Tags))
}

func (n *node) whyChanged(v *view, t *telling) {
	for _, what := range n.Changed {
		if v.changed(what) {
			t.say(hasChanged, word(what))
			return
		}
	}
	t.say(hasNotChanged, words(n.Changed))
}

func (n *node) whySince(v *view, t *telling) {
	since, ever := v.since()
	if !ever {
		t.say(neverWritten)
		return
	}
	t.say(lastCame, lasting(since.Round(time.Second)))
	n.asks(v, t, spanOf(n.low), spanOf(n.high))
}

// asks says what limits a condition asks for, when it does not hold.
func (n *node) asks(v *view, t *telling, above, below *detail) {
	if n.fits(v) {
		return
	}
	t.say(asksFor)
	t.bounds(above, below)
}

// bounds says above and below; nil for none.
func (t *telling) bounds(above, below *detail) {
	if above != nil {
		t.say(moreThan, *above)
	}
	if above != nil && below != nil {
		t.say(andLimit)
	}
	if below != nil {
		t.say(lessThan, *below)
	}
}

func spelled(n *int) *detail {
	if n == nil {
		return nil
	}
	d := number(*n)
	return &d
}

// spanOf tells a limit of a length of time, in nanoseconds.
func spanOf(limit int64) *detail {
	if limit < 0 || limit == math.MaxInt64 {
		return nil
	}
	span := lasting(time.Duration(limit))
	return &span
}

// whyAttribute never tells the value: it is the contact's.
func (n *node) whyAttribute(v *view, t *telling) {
	a, held := n.Attribute, n.attribute(v)
	switch name := plain(a.Name); {
	case v.head.Contact.Attributes[a.Name] == "":
		t.say(lacksAttribute, name)
	case a.Present != nil:
		t.say(hasAttribute, name)
	case a.Is != nil:
		t.say(either(held, attributeIsOne, attributeIsNone), name, names(a.Is))
	case a.Above != nil || a.Below != nil:
		t.say(either(held, attributeIsSo, attributeIsNot), name)
		t.bounds(floatOf(a.Above), floatOf(a.Below))
	case a.Within != "":
		t.say(either(held, attributeWithin, attributeNotWithin), name, lasting(n.limits.within))
	default:
		t.say(either(held, attributeIsSo, attributeIsNot), name)
		t.dates(a.After, a.Before)
	}
}

func (t *telling) dates(after, before string) {
	if after != "" {
		t.say(laterThan, plain(after))
	}
	if after != "" && before != "" {
		t.say(andLimit)
	}
	if before != "" {
		t.say(earlierThan, plain(before))
	}
}

func floatOf(f *float64) *detail {
	if f == nil {
		return nil
	}
	d := plain(strconv.FormatFloat(*f, 'g', -1, 64))
	return &d
}
