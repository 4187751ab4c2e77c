"""What is written as JSON and read back: frozen values whose unknown fields are errors."""

from pydantic import BaseModel, ConfigDict


class JsonModel(BaseModel):
    """A frozen value; a field whose name Python or pydantic has taken is written with an underscore behind it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.rstrip("_"),
        populate_by_name=True,
        serialize_by_alias=True,
    )
