"""Pure rules on people's facts: national ID, age, phone, name, payment password."""
