package whatsapp

import (
	"slices"

	"frontdesk/shared/message"
)

// Code is one error code of the Graph API, or a span of them: what it means and
// what to do about it. The same codes come in answers and in failed statuses.
type Code struct {
	First, Last int
	Class       message.Class
	Meaning     string
}

// codes is the table. The codes and meanings are Meta's (support/error-codes and
// groups/error-codes pages); the classes are ours. Titles and HTTP statuses are
// not reliable, so nothing is decided on them. 131000 and 131016 say that nothing
// was sent; a failure that leaves this open has no code at all and is Unknown.
var codes = [...]Code{
	// The same payload again after a pause, with back-off.
	{2, 2, message.Retry, "the API is down or overloaded"},
	{4, 4, message.Slow, "the app reached its call rate limit"},
	{80007, 80007, message.Slow, "the business account reached its rate limit"},
	{80008, 80008, message.Slow, "too many calls about this business account"},
	{130429, 130429, message.Slow, "the number reached its throughput limit"},
	{131000, 131000, message.Retry, "something went wrong at Meta"},
	{131016, 131016, message.Retry, "the service is temporarily unavailable"},
	{131057, 131057, message.Retry, "the business account is in maintenance mode"},
	{133004, 133004, message.Retry, "the server is temporarily unavailable"},
	{2494100, 2494100, message.Retry, "the number is in maintenance mode"},
	{131208, 131208, message.Retry, "too many group operations"},

	// Only this recipient waits: 4^x seconds, x from 0.
	{131056, 131056, message.RetryPair, "too many messages to this recipient in a short time"},

	// Not within hours.
	{131048, 131048, message.RetryLong, "the number is limited because recipients blocked or reported it"},
	{131049, 131049, message.RetryLong, "Meta held it back: this person gets no more marketing for now (at least 24 h)"},
	{133016, 133016, message.RetryLong, "the number was registered or deregistered too often"},

	// Another form may go through.
	{131047, 131047, message.SwitchForm, "the 24 h service window is shut: send an approved template"},
	{131051, 131051, message.SwitchForm, "this message type is not supported"},
	{131062, 131062, message.SwitchForm, "this template needs a phone number, not a user id"},
	{132015, 132015, message.SwitchForm, "the template is paused for low quality"},
	{132016, 132016, message.SwitchForm, "the template is disabled for good for low quality"},
	{132068, 132068, message.SwitchForm, "the template's flow is blocked"},
	{132069, 132069, message.SwitchForm, "the template's flow is throttled"},

	// This recipient cannot be reached with it.
	{131021, 131021, message.Drop, "the recipient is the sending number itself"},
	{131026, 131026, message.Drop, "the recipient cannot be reached: not on WhatsApp, an old client, or terms not accepted"},
	{131050, 131050, message.OptedOut, "the recipient opted out of marketing: never send marketing again"},
	{130472, 130472, message.Drop, "the recipient is part of an experiment of Meta"},
	{130497, 130497, message.Drop, "the business may not message people in this country"},
	{131052, 131052, message.Drop, "the media that the customer sent could not be downloaded"},
	{130501, 130501, message.Drop, "this message type is not supported in groups"},
	{131020, 131020, message.Drop, "the group has fewer than two members"},
	{131041, 131041, message.Drop, "the group is unknown"},
	{131201, 131201, message.Drop, "the group operation was only partly done"},
	{131202, 131202, message.Drop, "the person is a member of the group already"},
	{131204, 131204, message.Drop, "the group would have too many members"},
	{131207, 131207, message.Drop, "the group is suspended"},
	{131211, 131211, message.Drop, "the number has reached its quota of groups"},
	{131212, 131212, message.Drop, "the person is not a member of the group"},
	{131213, 131213, message.Drop, "there is no such request to join the group"},
	{131214, 131214, message.Drop, "the number is barred from making groups"},
	{131215, 131215, message.Drop, "the number is not eligible for groups"},
	{139100, 139100, message.Drop, "some of the people could not be blocked or unblocked"},

	// Our request was wrong.
	{100, 100, message.Bug, "the request has an invalid or unsupported parameter"},
	{131008, 131008, message.Bug, "a required parameter is missing"},
	{131009, 131009, message.Bug, "a parameter has an invalid value"},
	{131053, 131053, message.Bug, "the media could not be uploaded"},
	{132000, 132000, message.Bug, "the number of template parameters is wrong"},
	{132001, 132001, message.Bug, "no such template, or not in this language"},
	{132005, 132005, message.Bug, "the filled-in template is too long"},
	{132007, 132007, message.Bug, "the template's content violates a policy"},
	{132012, 132012, message.Bug, "a template parameter has the wrong format"},
	{135000, 135000, message.Bug, "the request has a parameter that Meta could not handle"},

	// The channel is unusable until an operator acts.
	{0, 0, message.Stop, "the access token is invalid or expired"},
	{3, 3, message.Stop, "the app may not make this call"},
	{10, 10, message.Stop, "the permission is not granted or was withdrawn"},
	{33, 33, message.Stop, "the business number was deleted"},
	{190, 190, message.Stop, "the access token has expired or was revoked"},
	{200, 299, message.Stop, "the permission is not granted or was withdrawn"},
	{368, 368, message.Stop, "the account is restricted for violating a policy"},
	{131005, 131005, message.Stop, "access is denied: a permission is missing"},
	{131031, 131031, message.Stop, "the account is locked"},
	{131037, 131037, message.Stop, "the number's display name is not approved"},
	{131042, 131042, message.Stop, "the account has a payment problem"},
	{131045, 131045, message.Stop, "the number's registration has an incorrect certificate"},
	{133000, 133000, message.Stop, "an earlier deregistration of the number is incomplete"},
	{133005, 133005, message.Stop, "the number's two-step PIN does not match"},
	{133006, 133006, message.Stop, "the number must be verified before it is registered"},
	{133008, 133008, message.Stop, "the two-step PIN was guessed too often"},
	{133009, 133009, message.Stop, "the two-step PIN was tried too fast"},
	{133010, 133010, message.Stop, "the number is not registered"},
	{133015, 133015, message.Stop, "the number was deleted a moment ago: wait 5 minutes to register it"},
}

// Explain returns what a code means; false when it is not in the table.
func Explain(code int) (Code, bool) {
	for _, c := range codes {
		if c.First <= code && code <= c.Last {
			return c, true
		}
	}
	return Code{}, false
}

// Codes returns the whole table, for documentation and for the sandbox.
func Codes() []Code { return slices.Clone(codes[:]) }
