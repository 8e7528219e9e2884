package publish

import (
	"fmt"

	"frontdesk/shared/playbook"
)

// NotYet finds actions that are decided, told and checked, and that the desk does not
// carry out: whoever wrote them into a playbook would believe in them.
func NotYet(p playbook.Playbook) []playbook.Fault {
	var faults []playbook.Fault
	for i, f := range p.Filters {
		a := f.Then
		for _, field := range []struct {
			name string
			set  bool
		}{
			{"note", a.Note != ""}, {"mute", a.Mute != ""}, {"block", a.Block}, {"notify", len(a.Notify) > 0},
		} {
			if field.set {
				faults = append(faults, playbook.Fault{
					Path:    fmt.Sprintf("filters[%d].then.%s", i, field.name),
					Message: "The desk does not carry this out yet.",
					Fix:     "Remove it; tag the conversation, or hand it to people who see to it.",
				})
			}
		}
	}
	return faults
}
