package compare

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// The languages, as columns of the words.
const (
	english = iota
	chinese
)

// both is a text in both languages. {1} and {2} are filled in.
type both [2]string

// label is what people call a field, and where it stands among others. A field without
// words only holds others.
type label struct {
	text  both
	order int
}

// words are all texts of this package.
type words struct {
	labels    map[string]label
	kinds     map[string]both // the things that stand in the lists of a playbook
	questions map[string]both // the conditions
	phrases   map[string]both
}

func vocabulary() *words {
	return &words{labels(), kinds(), questions(), phrases()}
}

// names are those of the fields of two objects, in the order in which people are told
// them; what has no place among the words comes last.
func (w *words) names(a, b map[string]any) []string {
	all := map[string]any{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		x, okX := w.labels[a]
		y, okY := w.labels[b]
		switch {
		case okX && okY:
			return cmp.Or(x.order-y.order, strings.Compare(a, b))
		case okX:
			return -1
		case okY:
			return 1
		}
		return strings.Compare(a, b)
	})
}

func kinds() map[string]both {
	return map[string]both{
		"templates": {"Template {1}", "模板{1}"}, "filters": {"Filter {1}", "过滤规则{1}"}, "hours": {"Calendar {1}", "日历{1}"},
		"teams": {"Team {1}", "团队{1}"}, "menus": {"Menu of {1}", "{1}的菜单"}, "channels": {"Channel {1}", "渠道{1}"}, "notices": {"Notice {1}", "通知{1}"},
		"examples": {"Example {1}", "示例{1}"}, "places": {"Place {1}", "位置{1}"},
	}
}

func phrases() map[string]both {
	return map[string]both{
		"sentence": {"{1}: {2}.", "{1}：{2}。"}, "next": {"; ", "；"}, "of": {"{1} {2}", "{1}{2}"}, "in": {", ", "，"},
		"comma": {", ", "、"}, "and": {" and ", " 且 "}, "or": {" or ", " 或 "}, "not": {"not ({1})", "不满足（{1}）"}, "brackets": {"({1})", "（{1}）"},
		"is": {"{1} {2}", "{1}{2}"}, "asks.for": {"asks that {1}", "条件为{1}"}, "nothing": {"nothing", "无"}, "true": {"yes", "是"}, "false": {"no", "否"},
		"place":   {"{1}{2}", "第 {1} 位"},
		set.key(): {"is now {2}", "现为{2}"}, unset.key(): {"is gone; it was {1}", "已去掉，原为{1}"},
		replaced.key(): {"changed from {1} to {2}", "由{1}改为{2}"},
		isNew.key():    {"is new in {1} place, with {2}", "为新增，排在{1}：{2}"}, isGone.key(): {"is gone; it had {1}", "已删除，原为：{1}"},
		also.key(): {"now also has {2}", "新增{2}"}, without.key(): {"no longer has {1}", "去掉{1}"},
		reordered.key(): {"has another order: {2}; it was {1}", "顺序改为{2}，原为{1}"}, moved.key(): {"moved from {1} to {2}", "由{1}移到{2}"},
		asks.key(): {"now asks that {2}, and no longer that {1}", "条件改为{2}，不再是{1}"}, asksAlso.key(): {"now also asks that {2}", "新增条件：{2}"},
		asksNoMore.key():    {"no longer asks that {1}", "去掉条件：{1}"},
		asksOtherwise.key(): {"asks for the same, written as {2} and not as {1}", "条件含义不变，写法由{1}改为{2}"},
	}
}

func questions() map[string]both {
	return map[string]both{
		"contains": {"the text contains {1}", "文字包含{1}"}, "whole_word": {"the text has the word {1}", "文字中有词{1}"},
		"exact": {"the text is {1}", "文字等于{1}"}, "starts_with": {"the text starts with {1}", "文字以{1}开头"}, "ends_with": {"the text ends with {1}", "文字以{1}结尾"},
		"case": {"capitals count: {1}", "区分大小写：{1}"}, "fuzzy": {"the text is like {1}", "文字近似于{1}"}, "regex": {"the text matches {1}", "文字匹配{1}"},
		"language": {"the language is {1}", "语言为{1}"}, "channel": {"the channel is {1}", "渠道为{1}"}, "type": {"the type is {1}", "类型为{1}"},
		"choice": {"the tapped choice is {1}", "点选了{1}"}, "tags": {"there is the tag {1}", "有标签{1}"}, "team": {"the team is {1}", "团队为{1}"},
		"assignee": {"the agent is {1}", "负责人为{1}"}, "status": {"the status is {1}", "状态为{1}"}, "priority": {"the priority is {1}", "优先级为{1}"},
		"started_by": {"it was started by {1}", "发起方为{1}"}, "attribute": {"the contact has {1}", "联系人属性{1}"}, "since": {"the time since the last message is {1}", "距上条消息的时间{1}"},
		"count": {"the number of messages is {1}", "消息数{1}"}, "changed": {"the contact has changed {1}", "联系人变更了{1}"},
		"first_contact": {"it is the first contact: {1}", "首次联系：{1}"}, "hours": {"the hours are {1}", "营业状态为{1}"},
	}
}
