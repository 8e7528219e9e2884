package receipts_test

import (
	"testing"

	"frontdesk/shared/message"
)

func TestWhatIsToldOfATemplateAsksForAllOfThem(t *testing.T) {
	for field, want := range map[string]bool{
		"message_template_status_update": true, "message_template_quality_update": true, "template_category_update": true,
		"message_template_components_update": true, "account_alerts": false,
	} {
		t.Run(field, func(t *testing.T) {
			w := newWorld(t, noon)
			told := message.Report{Notice: &message.Notice{Account: "102290129340398", Field: field, Time: noon, Value: []byte(`{"event":"PAUSED"}`)}}
			if err := w.handle(t, told); err != nil {
				t.Fatal(err)
			}
			_, changed, err := w.Store.AllApproved(t.Context())
			if at, marked := changed["102290129340398"]; err != nil || marked != want || marked && !at.Equal(noon) {
				t.Errorf("got %v, %v, want a mark: %v", changed, err, want)
			}
		})
	}
}
