package wecom

import "frontdesk/shared/message"

// serviceCodes are those of WeChat customer service (W:94699 and its neighbours).
var serviceCodes = [...]Code{
	// The window is shut or its messages are used up: only the customer can open it
	// again, so another way or people.
	{95001, 95001, message.SwitchForm, 0, "the 5 messages after the customer's last one are used up"},
	{95002, 95002, message.SwitchForm, 0, "the customer's last message is older than 48 h"},
	{95013, 95013, message.SwitchForm, 0, "the session has ended"},
	{95018, 95018, message.SwitchForm, 0, "the session's state allows no message by the API (a person has it, it ended, or 48 h are over)"},
	{95030, 95030, message.SwitchForm, 0, "this type of message is barred for the account"},
	{95031, 95031, message.SwitchForm, 0, "the customer has not asked anything within 48 h"},

	// A hand-over that is not possible now.
	{95014, 95014, message.Drop, 0, "the member is not a servicer of the account"},
	{95016, 95016, message.Drop, 0, "the session cannot go from its state to this one"},
	{95019, 95019, message.Drop, 0, "the servicer is off duty or has paused"},

	// Limits of the company, which others of its customers may not feel.
	{95003, 95003, message.Drop, 0, "the customers that this company may serve are used up: verify the company"},
	{95005, 95005, message.Drop, 0, "the company has as many accounts as it may have"},
	{95015, 95015, message.Drop, 0, "the admin console has set up another service"},
	{95026, 95027, message.Drop, 0, "no more accounts may be made: they are hardly used, or the company is not verified"},

	// The token of sync_msg has run out (10 min) or belongs to another account: pull
	// with the cursor alone.
	{95007, 95007, message.SwitchForm, 0, "the token of the callback is not valid any more"},

	// The channel is unusable until an operator acts.
	{95000, 95000, message.Stop, 0, "the open_kfid is not valid"},
	{95004, 95004, message.Stop, 0, "no account has this open_kfid, or it is another company's"},
	{95011, 95012, message.Stop, 0, "customer service is run in WeCom while the secret is that of the other mode, or the other way round"},
	{95017, 95017, message.Stop, 0, "the API of customer service is switched off in the admin console"},
	{95023, 95023, message.Stop, 0, "the API of customer service is granted to another app"},
	{95032, 95032, message.Stop, 0, "the right to read customer service messages has ended"},

	// Our request was wrong.
	{95006, 95006, message.Bug, 0, "the account's name is not valid"},
	{95008, 95008, message.Bug, 0, "the menu has too many items"},
	{95009, 95009, message.Bug, 0, "a menu item's type is not valid"},
	{95022, 95022, message.Bug, 0, "the location's type is not valid"},
}

// groupCodes are those of chats made by the app (W:90245) and of group robots
// (W:91770).
var groupCodes = [...]Code{
	{40050, 40050, message.Drop, 0, "no chat has this id"},
	{49008, 49008, message.Drop, 0, "the group was dissolved"},
	{86001, 86001, message.Drop, 0, "the chat's id is not valid"},
	{86003, 86003, message.Drop, 0, "no chat has this id"},
	{86008, 86008, message.Drop, 0, "the chat was not made by this app"},
	{86101, 86101, message.Drop, 0, "only the owner of the chat may do this"},
	{86215, 86215, message.Drop, 0, "a chat has this id already"},
	{86216, 86216, message.Drop, 0, "a member of the chat is not valid"},
	{86217, 86217, message.Drop, 0, "the sender is not a member of the chat"},
	{86222, 86222, message.Drop, 0, "the chat needs a member of a partner company"},
	{86224, 86224, message.Drop, 0, "the group is not one that this API may use"},
	{86004, 86007, message.Bug, 0, "the chat's name, owner, number of members or a member is not valid"},
	{86201, 86207, message.Bug, 0, "the chat's id, name, owner or members are missing or not valid"},
	{86214, 86214, message.Bug, 0, "the type of the message to a chat is not valid"},
	{86220, 86220, message.Bug, 0, "a parameter of the chat is not valid"},

	{93000, 93000, message.Stop, 0, "the robot's key is not valid, or it was taken out of the group"},
	{93004, 93004, message.Stop, 0, "the robot is disabled"},
	{93006, 93006, message.Stop, 0, "the robot's group is not valid"},
	{93008, 93008, message.Stop, 0, "the robot is not in the group"},
}
