package rollup_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/rollup"
)

func TestARowKeepsItsBoundsAndItsTotals(t *testing.T) {
	const each = 600
	r := rollup.New(today)
	for i := range each {
		id := fmt.Sprintf("a-rather-long-name-of-something-%04d", i)
		named := func(m *conversation.Message) {
			m.Filter, m.Template, m.Facts.Tags, m.Facts.Language = id, id, []string{id}, id
			m.Facts.Agent = id
		}
		fails := receipt("re-1", message.Failed, i+1)
		d := rollup.DeskDay("home", today, []conversation.Message{
			in("1", "09:00", came(conversation.HandedOff), named), reply("1", "09:00", named), person("2", "09:30", int64(i), named),
		}, []conversation.Receipt{fails})
		if err := r.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	row := r.Rows()[0]
	if len(row.Filters) != rollup.MaxFilters+1 || len(row.FilterHandOffs) > rollup.MaxFilters+1 || len(row.Templates) != rollup.MaxTemplates+1 ||
		len(row.Agents) != rollup.MaxAgents+1 || len(row.AgentTimes) != rollup.MaxAgents+1 || len(row.Tags) != rollup.MaxTags+1 ||
		len(row.Languages) != rollup.MaxLanguages+1 || len(row.Failures) != rollup.MaxFailures+1 {
		t.Errorf("got %d filters, %d templates, %d agents, %d with times, %d tags, %d languages, %d failures", len(row.Filters), len(row.Templates),
			len(row.Agents), len(row.AgentTimes), len(row.Tags), len(row.Languages), len(row.Failures))
	}
	rest := row.AgentTimes[rollup.Other]
	if row.Filters[rollup.Other] != each-rollup.MaxFilters || row.Agents[rollup.Other].Answers != each-rollup.MaxAgents ||
		rest.Reply.Count() != each-rollup.MaxAgents || row.Failures[rollup.OtherFailures] != each-rollup.MaxFailures {
		t.Errorf("got other %d, %+v, %d, %d; want all the rest", row.Filters[rollup.Other], row.Agents[rollup.Other], rest.Reply.Count(), row.Failures[rollup.OtherFailures])
	}
	body, err := json.Marshal(row)
	if err != nil || len(body) > 200_000 {
		t.Errorf("got %d bytes, %v, want a row that fits into an item", len(body), err)
	}
}
