package wecom

import "frontdesk/shared/message"

// contentCodes are about what was to be sent: messages, media, cards and menus.
var contentCodes = [...]Code{
	// This text cannot be sent, whoever repeats it.
	{40201, 40201, message.Drop, 0, "WeCom's spam filter stopped the content"},
	{40204, 40204, message.Drop, 0, "WeChat's spam filter stopped the content"},
	{85002, 85002, message.Drop, 0, "the content holds a word that is not allowed"},
	{42052, 42052, message.Drop, 0, "the message can no longer be recalled"},
	{60140, 60140, message.Drop, 0, "the card can no longer be changed: its response_code was used or is older than 72 h"},
	{82102, 82102, message.Drop, 0, "the person to update the card for is not among its receivers"},

	// Another form may go through.
	{40007, 40007, message.SwitchForm, 0, "the media_id is not valid: media are kept for 3 days, upload it again"},
	{40074, 40074, message.SwitchForm, 0, "news cannot be sent as confidential"},

	// Our request was wrong.
	{40004, 40006, message.Bug, 0, "the file's type or size is not allowed"},
	{40008, 40008, message.Bug, 0, "the message type is not valid"},
	{40009, 40009, message.Bug, 0, "the picture's size is not allowed"},
	{40011, 40011, message.Bug, 0, "the video's size is not allowed"},
	{40039, 40039, message.Bug, 0, "a link is too long"},
	{40066, 40066, message.Bug, 0, "the list of departments is not valid"},
	{40068, 40068, message.Bug, 0, "the tag is not valid"},
	{40094, 40094, message.Bug, 0, "a link is not valid"},
	{40123, 40123, message.Bug, 0, "the picture's format is not allowed"},
	{40127, 40127, message.Bug, 0, "a link has a scheme that is not supported"},
	{41006, 41006, message.Bug, 0, "the media_id is missing"},
	{41010, 41010, message.Bug, 0, "the link is missing"},
	{41016, 41016, message.Bug, 0, "the title is missing"},
	{41033, 41033, message.Bug, 0, "the description is missing"},
	{44001, 44001, message.Bug, 0, "the file is empty"},
	{44004, 44004, message.Bug, 0, "the text is empty"},
	{45001, 45001, message.Bug, 0, "the file is too large"},
	{45002, 45002, message.Bug, 0, "the content is too long"},
	{45004, 45004, message.Bug, 0, "the description is too long"},
	{45007, 45007, message.Bug, 0, "the voice recording is too long"},
	{45008, 45008, message.Bug, 0, "the number of articles is not allowed"},
	{45032, 45032, message.Bug, 0, "an article's author is too long"},
	{45034, 45034, message.Bug, 0, "a link has no scheme"},
	{82002, 82003, message.Bug, 0, "too many departments or tags"},
	{82004, 82004, message.Bug, 0, "the content is not valid"},
	{90200, 90208, message.Bug, 0, "the mini program notice is not valid"},
	{301016, 301017, message.Bug, 0, "the voice recording must be AMR within its limits"},
	{301019, 301019, message.Bug, 0, "the file's MD5 is not right"},

	// Template cards.
	{42014, 42014, message.Bug, 0, "the card's task_id is not valid"},
	{42015, 42015, message.Bug, 0, "the card was sent by another app"},
	{42016, 42016, message.Bug, 0, "no card has this task_id"},
	{42017, 42020, message.Bug, 0, "a button of the card has no valid key or name"},
	{42027, 42031, message.Bug, 0, "the card lacks a field or its type is not valid"},
	{42033, 42033, message.Bug, 0, "the card lacks a title"},
	{42035, 42047, message.Bug, 0, "a list, button, option or action of the card is not valid"},
	{42049, 42051, message.Bug, 0, "a button, contact or action of the card is not valid"},
	{82101, 82101, message.Bug, 0, "nobody was named to update the card for"},

	// Menus.
	{40016, 40016, message.Bug, 0, "the menu must have 1 to 3 buttons"},
	{40017, 40020, message.Bug, 0, "a menu button's type, name, key or link is not valid"},
	{40022, 40022, message.Bug, 0, "the menu has too many levels"},
	{40023, 40023, message.Bug, 0, "a menu button must have 1 to 5 buttons below it"},
	{40024, 40027, message.Bug, 0, "a lower menu button's type, name, key or link is not valid"},
	{40054, 40055, message.Bug, 0, "the domain of a menu link is not valid"},
	{41102, 41102, message.Bug, 0, "a menu button has no name"},
	{46003, 46003, message.Bug, 0, "the app has no menu"},
}
