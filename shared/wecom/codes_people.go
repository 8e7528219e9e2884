package wecom

import "frontdesk/shared/message"

// peopleCodes are about who was to get it: members, and customers of members.
var peopleCodes = [...]Code{
	// This person cannot be reached with it.
	{40003, 40003, message.Drop, 0, "the member's id is not valid"},
	{40031, 40032, message.Drop, 0, "the list of members is not valid or too long"},
	{40070, 40070, message.Drop, 0, "nobody of the tag can be reached"},
	{40098, 40098, message.Drop, 0, "the member's name is not verified"},
	{41054, 41054, message.Drop, 0, "the member has not activated the account"},
	{43004, 43004, message.Drop, 0, "the member has not bound WeChat or does not follow the plugin"},
	{46004, 46004, message.Drop, 0, "the member does not exist"},
	{50002, 50002, message.Drop, 0, "the member is outside the app's range"},
	{60003, 60003, message.Drop, 0, "the department does not exist"},
	{60011, 60011, message.Drop, 0, "the app may not use this member, department or tag: widen its visible range"},
	{60021, 60021, message.Drop, 0, "the member is outside the app's visible range"},
	{60030, 60030, message.Drop, 0, "this is outside the app's visible range"},
	{60111, 60111, message.Drop, 0, "no member has this id"},
	{60123, 60123, message.Drop, 0, "no department has this id"},
	{81013, 81013, message.Drop, 0, "none of the members, departments and tags is valid or may be written to"},
	{82001, 82001, message.Drop, 0, "there is no member, department or tag to send to"},
	{92000, 92000, message.Drop, 0, "the member is outside the app's visible range"},

	// Customers of a member (W:92599).
	{40096, 40096, message.Drop, 0, "the customer's id is not valid"},
	{41048, 41048, message.Drop, 0, "there is no customer to send to"},
	{41050, 41050, message.Drop, 0, "the welcome code is not valid or older than 20 s"},
	{41051, 41051, message.Drop, 0, "the welcome was sent already, or the chat has begun"},
	{41053, 41053, message.Drop, 0, "the customer did not agree to the archive"},
	{41056, 41056, message.Drop, 0, "the customer's id is of another kind"},
	{41093, 41093, message.Drop, 0, "the mass message was cancelled"},
	{84061, 84061, message.Drop, 0, "the member and the customer are no contacts of each other"},
	{84074, 84074, message.Stop, 0, "the app has no right to customer contact"},
	{84083, 84084, message.Drop, 0, "the member does not look after this customer"},

	// Our request was wrong.
	{41009, 41009, message.Bug, 0, "the member's id is missing"},
	{41017, 41017, message.Bug, 0, "the tag is missing"},
	{41019, 41019, message.Bug, 0, "the department is missing"},
	{41035, 41035, message.Bug, 0, "the customer's id is missing"},
	{41049, 41049, message.Bug, 0, "the welcome code is missing"},
	{41064, 41064, message.Bug, 0, "there are too many attachments"},
	{41065, 41065, message.Bug, 0, "the attachment's type is not valid"},
	{41072, 41072, message.Bug, 0, "the attachment was uploaded for something else"},
	{41080, 41082, message.Bug, 0, "the attachment is too large or too long"},
	{41088, 41088, message.Bug, 0, "the list of attachments is empty"},
	{41090, 41090, message.Bug, 0, "the video's format is not valid"},
	{81014, 81014, message.Bug, 0, "too many members or departments in one call"},
}
