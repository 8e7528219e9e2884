package whatsapp

import (
	"testing"

	"frontdesk/shared/message"
)

// TestEveryDocumentedCodeHasItsClass holds the list that our classes were
// agreed on, apart from the table.
func TestEveryDocumentedCodeHasItsClass(t *testing.T) {
	for class, codes := range map[message.Class][]int{
		message.Retry:      {2, 131000, 131016, 131057, 133004, 2494100, 131208},
		message.OptedOut:   {131050},
		message.Slow:       {4, 80007, 130429},
		message.RetryPair:  {131056},
		message.RetryLong:  {131049, 131048, 133016},
		message.SwitchForm: {131047, 131051, 131062, 132015, 132016, 132068, 132069},
		message.Drop: {131026, 131021, 130472, 130497, 131052, 130501, 139100, 131020, 131041, 131201, 131202, 131204,
			131207, 131211, 131212, 131213, 131214, 131215},
		message.Bug: {100, 131008, 131009, 132000, 132001, 132005, 132007, 132012, 131053, 135000},
		message.Stop: {0, 190, 3, 10, 200, 250, 299, 131005, 368, 131031, 131042, 131037, 133010, 33, 131045,
			133000, 133005, 133006, 133008, 133009, 133015},
	} {
		for _, code := range codes {
			if got, ok := Explain(code); !ok || got.Class != class {
				t.Errorf("code %d: got %q, want %q", code, got.Class, class)
			}
		}
	}
	for _, code := range []int{-1, 1, 300, 131001, 999999} {
		if got, ok := Explain(code); ok {
			t.Errorf("code %d: got %+v, want it unknown", code, got)
		}
	}
}

func TestCodesDoNotOverlapAndAreExplained(t *testing.T) {
	all := Codes()
	for i, a := range all {
		if a.Meaning == "" || a.Class == "" || a.Last < a.First {
			t.Errorf("%+v is incomplete", a)
		}
		for _, b := range all[:i] {
			if a.First <= b.Last && b.First <= a.Last {
				t.Errorf("%d and %d overlap", a.First, b.First)
			}
		}
	}
	all[0].Meaning = "changed"
	if got, _ := Explain(all[0].First); got.Meaning == "changed" {
		t.Error("Codes gives the table itself away")
	}
}
