package report

// Codes lists the error codes that [Reason] has words for, in order.
func Codes() []int {
	return []int{0, 100, 130429, 130472, 130497, 131000, 131008, 131009, 131021, 131026, 131031, 131042, 131047, 131048,
		131049, 131050, 131051, 131053, 131056, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 135000}
}

// Reason says in plain words what an error code of WhatsApp means (Meta, "Error
// codes"); a sentence with the code for one that is not known.
func Reason(code int) string {
	switch code {
	case 131026:
		return "Not reachable on WhatsApp"
	case 131047:
		return "Service window shut (over 24 hours)"
	case 131049, 131048:
		return "Held back by WhatsApp's limits on marketing or spam"
	case 131050:
		return "Customer opted out of marketing"
	case 131021:
		return "Sent to our own number"
	case 130472:
		return "Customer is part of an experiment of WhatsApp"
	case 130497:
		return "Country not allowed"
	case 130429, 131056:
		return "Sent faster than WhatsApp allows"
	case 131031, 131042:
		return "Account restricted or not paid"
	case 131051, 131053:
		return "Type or media not accepted"
	case 132000, 132001, 132005, 132007, 132012:
		return "Approved template does not fit"
	case 132015, 132016:
		return "Approved template paused or disabled"
	case 100, 131008, 131009, 135000:
		return "Our request was wrong"
	case 131000:
		return "Fault at WhatsApp"
	case 0:
		return "No reason given"
	}
	return "Other reason"
}
