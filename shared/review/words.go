package review

import (
	"strconv"
	"strings"

	"frontdesk/shared/compare"
	"frontdesk/shared/rollup"
	"frontdesk/shared/unit"
)

// says is what an item says in both languages: {1} is its name, {2} its count and {3} its share.
type says struct{ text, next, textZH, nextZH string }

func sayings() map[Kind]says {
	return map[Kind]says{
		Waiting: {"Customers who wrote on {1} waited {2} on average for a person, in business hours ({3} answers).",
			"Put more people on duty then, or answer what they ask most with a template.",
			"{1}来信的客户在工作时间内平均等待人工 {2}（{3} 次答复）。", "请在该时段安排更多人值班，或用模板解答最常见的问题。"},
		AskedAgain: {"After the template “{1}”, customers asked again within the hour {2} times ({3}).",
			"Read what they asked next, and say that in the template.",
			"模板“{1}”发出后，客户一小时内再次提问 {2} 次（{3}）。", "请看看客户接着问了什么，并写进模板。"},
		HandedOffAfter: {"After the template “{1}”, customers were handed to people {2} times ({3}).",
			"See what was missing in it; perhaps its filter finds messages that it does not answer.",
			"模板“{1}”发出后，有 {2} 次转给了人工（{3}）。", "请看看模板缺了什么；也可能是过滤规则命中了它不能解答的消息。"},
		AlwaysHandsOff: {"Nearly everything that the filter “{1}” decides goes to people: {2} messages ({3}).",
			"See what customers ask there; what comes often can be answered by a template.",
			"过滤规则“{1}”处理的消息几乎都转给了人工：{2} 条（{3}）。", "请看看客户在问什么；常见的问题可以用模板解答。"},
		NeverMatched: {"The filter “{1}” has matched nothing in four weeks.",
			"Look at its phrases and its place in the order, or switch it off.",
			"过滤规则“{1}”四周来没有命中任何消息。", "请检查它的词语和顺序，或将它停用。"},
		Unused: {"The template “{1}” was not sent once in four weeks.",
			"Delete it, or find out why no filter uses it.",
			"模板“{1}”四周来一次也没有发出。", "请删除它，或查明为什么没有过滤规则用到它。"},
		Changed: {"The playbook changed this week (version {1}): {2}",
			"Compare the figures with last week's, and go back to the version before if they fell.",
			"本周更新了剧本（版本 {1}）：{2}", "请与上周的数据比较；如有下降，可退回上一版本。"},
	}
}

func (i *Item) say(english, chinese []string) {
	s := sayings()[i.Kind]
	i.Text, i.Next = filled(s.text, english), s.next
	i.TextZH, i.NextZH = filled(s.textZH, chinese), s.nextZH
}

// filled puts values where {1}, {2} … stand, in one pass, so that a value is never filled in itself.
func filled(form string, values []string) string {
	var pairs []string
	for i, v := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i+1)+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(form)
}

func item(kind Kind, id, name string) Item {
	i := Item{Kind: kind, ID: id, Name: name}
	i.say([]string{name}, []string{name})
	return i
}

func share(kind Kind, id, name string, count, of int64) Item {
	i := Item{Kind: kind, ID: id, Name: name, Count: count, Of: of}
	values := func(language string) []string {
		p := unit.In(language)
		return []string{name, p.Number(count), p.Percent(float64(count) / float64(of))}
	}
	i.say(values(unit.English), values(unit.Chinese))
	return i
}

func waiting(weekday, hour int, w rollup.Wait) Item {
	i := Item{Kind: Waiting, Weekday: weekday, Hour: &hour, Count: w.Answers, Mean: w.WaitedOpen / w.Answers}
	values := func(language string, days []string) []string {
		p := unit.In(language)
		when := days[weekday-1] + " " + strconv.Itoa(hour) + ":00–" + strconv.Itoa(hour+1) + ":00"
		return []string{when, p.Duration(i.Mean), p.Number(w.Answers)}
	}
	i.say(values(unit.English, []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}),
		values(unit.Chinese, []string{"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"}))
	return i
}

// maxChanges is how many changes are told in words.
const maxChanges = 3

func changedItem(versions []int64, changes []compare.Change) Item {
	var numbers []string
	for _, n := range versions {
		numbers = append(numbers, strconv.FormatInt(n, 10))
	}
	i := Item{Kind: Changed, ID: numbers[len(numbers)-1], Count: int64(len(changes))}
	var english, chinese []string
	for _, c := range changes[:min(len(changes), maxChanges)] {
		english, chinese = append(english, short(c.Text)), append(chinese, short(c.TextZH))
	}
	if more := len(changes) - maxChanges; more > 0 {
		english = append(english, "and "+strconv.Itoa(more)+" more")
		chinese = append(chinese, "另有 "+strconv.Itoa(more)+" 处")
	}
	i.say([]string{strings.Join(numbers, ", "), strings.Join(english, "; ")}, []string{strings.Join(numbers, "、"), strings.Join(chinese, "；")})
	return i
}

// maxChange is how many characters of a change are told.
const maxChange = 160

func short(s string) string {
	s = strings.TrimRight(strings.Join(strings.Fields(s), " "), ".。")
	if r := []rune(s); len(r) > maxChange {
		return strings.TrimSpace(string(r[:maxChange-1])) + "…"
	}
	return s
}
