package wecom

import (
	"time"

	"frontdesk/shared/message"
)

// callCodes are about the call itself: load, token, permission.
var callCodes = [...]Code{
	// The same payload again. W:90313 asks for at most 3 tries.
	{-1, -1, message.Retry, 0, "WeCom is busy"},
	{45033, 45033, message.Slow, 0, "too many calls at the same time"},
	{6000, 6000, message.Retry, 0, "the data was changed by another call at the same time"},
	{41063, 41063, message.Retry, time.Minute, "the mass message is still being handed out"},
	{41079, 41079, message.Retry, time.Minute, "the moment is still being handed out"},
	{41096, 41096, message.Retry, 0, "the welcome message is being sent by another call"},

	// After a pause. W:90454: a block lasts as long as the period that was exceeded,
	// a minute or an hour; the answer does not say which.
	{45009, 45009, message.Slow, time.Minute, "the calls of this minute or hour are used up"},
	{41094, 41094, message.Retry, time.Hour, "mass messages are recalled to mind too often"},
	{84055, 84055, message.Slow, time.Minute, "calls are made too often"},
	{81026, 81026, message.Retry, 10 * time.Minute, "the function is in maintenance"},

	// With a new access token, once. 40001 can also mean a wrong secret: then the new
	// token is refused in the same way, and ExplainToken says Stop.
	{40001, 40001, message.Refresh, 0, "the access token or the secret is not valid"},
	{40014, 40014, message.Refresh, 0, "the access token is not valid"},
	{41001, 41001, message.Refresh, 0, "the access token is missing"},
	{42001, 42001, message.Refresh, 0, "the access token has expired"},

	// The channel is unusable until an operator acts.
	{40013, 40013, message.Stop, 0, "the CorpID is not valid"},
	{40091, 40091, message.Stop, 0, "the secret is not valid"},
	{40056, 40056, message.Stop, 0, "the AgentID is not valid"},
	{40141, 40141, message.Stop, 0, "the company's account is in an abnormal state"},
	{43009, 43009, message.Stop, 0, "the company is not verified"},
	{43012, 43012, message.Stop, 0, "the app needs a callback address"},
	{45031, 45031, message.Stop, 0, "the secret is not safe enough: reset it"},
	{48001, 48001, message.Stop, 0, "the API is not granted to the app"},
	{48002, 48002, message.Stop, 0, "the app has no right to this API"},
	{48004, 48004, message.Stop, 0, "the authorization is no longer valid"},
	{48005, 48005, message.Stop, 0, "the API was withdrawn by WeCom: update this program"},
	{48006, 48006, message.Stop, 0, "the right to this API was taken away"},
	{48007, 48007, message.Stop, 0, "the customer service account is not granted to the app"},
	{50001, 50001, message.Stop, 0, "the domain of the address is not among the app's trusted domains"},
	{50003, 50003, message.Stop, 0, "the app is disabled"},
	{50006, 50006, message.Stop, 0, "the system app is disabled"},
	{60020, 60020, message.Stop, 0, "the call came from an address that is not trusted: add it to the app's trusted IPs; that takes about a minute"},
	{60031, 60031, message.Stop, 0, "the app may not call APIs any more"},
	{92001, 92001, message.Stop, 0, "the app has no right to sensitive data"},
	{301002, 301002, message.Stop, 0, "the app has no right to act for this AgentID"},
	{301042, 301042, message.Stop, 0, "the call came from an address that is not on the allow list"},
	{85008, 85008, message.Stop, 0, "the trusted domain has no ICP filing that fits the company"},

	// Our request was wrong.
	{41002, 41002, message.Bug, 0, "the CorpID is missing"},
	{41004, 41004, message.Bug, 0, "the secret is missing"},
	{41011, 41011, message.Bug, 0, "the AgentID is missing"},
	{40033, 40033, message.Bug, 0, "the request has characters that are not allowed"},
	{40035, 40035, message.Bug, 0, "a parameter is not valid"},
	{40058, 40058, message.Bug, 0, "a parameter is not valid"},
	{40063, 40063, message.Bug, 0, "a parameter is empty"},
	{40203, 40203, message.Bug, 0, "a parameter is no longer supported"},
	{40206, 40206, message.Bug, 0, "the request is too large"},
	{45029, 45029, message.Bug, 0, "the answer would be too large: ask for less"},
	{50100, 50100, message.Bug, 0, "the cursor is not valid"},
	{92002, 92002, message.Bug, 0, "this belongs to another company"},
	{92003, 92003, message.Bug, 0, "this belongs to another app"},
}
