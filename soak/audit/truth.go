package audit

import "slices"

// usedBefore is the code of a card that was sent before: with it the channel says that the
// first send arrived (W:90313).
const usedBefore = 42014

// truth checks what the table says of a reply that the channel accepted.
func (a *auditor) truth(ref string, m stored) {
	code := a.refusal(ref)
	if code == 0 || m.Unproven > 0 || a.arrivedNot(ref) {
		return
	}
	kind := Misreported
	if in, ok := a.stored(a.about(m)); ok && in.Claim != nil && !in.Claim.First.IsZero() && code != usedBefore {
		kind = Overruled
	}
	a.find(kind, a.about(m), ref, "with code %d", code)
}

// refusal is the code with which the table says that a reply was refused; 0 for none.
func (a *auditor) refusal(ref string) int {
	for _, r := range a.receipts[ref] {
		if r.Status == "failed" && len(r.Faults) > 0 {
			return r.Faults[0].Code
		}
	}
	return 0
}

// arrivedNot reports whether the channel itself says that a reply did not arrive.
func (a *auditor) arrivedNot(ref string) bool {
	return slices.ContainsFunc(a.Sent, func(s Sent) bool { return s.Ref == ref && (s.Failed || s.Unreached) })
}
